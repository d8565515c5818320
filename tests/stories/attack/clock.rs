//! The ends of time.

use super::stands;
use crate::apps::{ALICE, DAEMON, V2, WEB};
use crate::client::{Call, get, started};
use crate::visitor::Visitor;

#[actix_web::test]
async fn signing_in_works_on_the_first_and_on_the_last_day() {
    let standin = started().await;
    for turn in [
        r#"{"at":"1970-01-01T00:00:00.001Z","freeze":true}"#,
        r#"{"at":"9999-12-31T23:59:59.999Z","freeze":true}"#,
        r#"{"advance":"9223372036854775807ms"}"#,
        r#"{"advance":"-9223372036854775807ms"}"#,
    ] {
        let answer = Call::new(&standin, "PUT", "/_standin/clock").body("application/json", turn).send();
        assert_eq!(answer.status, 200, "{turn}");
        let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
        WEB.redeem(&standin, V2, &code, &[]).granted();
        let asked = [("grant_type", "client_credentials"), ("scope", "api://example-api/.default")];
        DAEMON.token(&standin, V2, &asked).granted();
        assert_eq!(get(&standin, "/").status, 200, "{turn}");
    }
    stands(&standin);
}
