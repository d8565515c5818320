//! What does a handler see of a request that nobody sent?

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::http::Uri;
use actix_web::http::header::{CONTENT_TYPE, HOST};
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use standin::http::context::{About, Context};
use standin::http::path::Path;
use standin::http::request::{Proxy, Request};
use standin::server::{Doors, Settings};
use standin::worlds::Worlds;
use tokio::sync::Semaphore;

use crate::{Office, chance, now};

/// How something is asked over HTTP.
#[derive(Clone, Debug)]
pub enum Asked {
    /// By this query.
    Query(String),
    /// By this form.
    Form(String),
}

impl Office {
    /// A request to an address, in a world without a past; nothing where no server would have let it in.
    pub fn context(&self, path: &str, asked: &Asked) -> Option<Rc<Context>> {
        let request = TestRequest::default().insert_header((HOST, "localhost:8443"));
        let (request, body) = match asked {
            Asked::Query(query) => {
                let address: Uri = format!("{path}?{query}").parse().ok()?;
                (request.uri(&address.to_string()), Bytes::new())
            }
            Asked::Form(form) => (
                request.method(actix_web::http::Method::POST).uri(path).insert_header((CONTENT_TYPE, FORM)),
                Bytes::from(form.clone()),
            ),
        };
        let worlds = Arc::new(Worlds::new(self.directory.clone(), Some(1), None));
        Some(Rc::new(Context {
            settings: Arc::new(settings()),
            doors: Arc::new(Doors { http: vec![], https: vec![], browsers: Arc::new(Semaphore::new(0)) }),
            isolate: worlds.root().clone(),
            worlds,
            directory: self.directory.clone(),
            now: now(),
            origin: self.origin.clone(),
            chance: OnceCell::from(Arc::new(chance())),
            request: Request::new(&request.to_http_request(), Path::read(path), body, Proxy::Ignored),
            about: RefCell::new(About::default()),
            correlation: OnceCell::new(),
        }))
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn settings() -> Settings {
    Settings {
        world: "partner".into(),
        public_origin: None,
        trust_proxy: false,
        auto_sign_in: None,
        control_token: None,
        allow_hosts: Vec::new(),
        trust: std::sync::Arc::new(standin::http::trust::Trust::new(None)),
    }
}
