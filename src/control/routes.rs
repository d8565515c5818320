//! The control API's HTTP: requests become calls, what they answer becomes responses. The console's pages are here too.

mod about;
mod admission;
mod app_passwords;
mod clock;
mod events;
mod exceptions;
mod exceptions_page;
mod flow;
mod front;
mod inbox;
mod message;
mod no_token;
mod partner_test;
mod phone;
mod place;
mod revoke;
mod sign_in;
mod world;

use std::rc::Rc;

use actix_web::HttpResponse;

use super::calls::Call;
use super::error::{self, Refused};
use super::guard::Whom;
use super::{accounts, worlds};
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::id::Upn;
use admission::admit;
use message::{Answer, json_of};

pub use admission::may_come_in;
pub use exceptions_page::exceptions_page;
pub use flow::flow_page;
pub use front::front;
pub use phone::{phone_page, phones_page};

/// A call of the control API.
pub async fn serve(cx: &Rc<Context>, path: &[&str]) -> HttpResponse {
    match called(cx, path).await {
        Ok(response) => response,
        Err(refused) => error::render(&refused),
    }
}

/// The answer to a call whose body could not be read. Who may not come in is told that, and not how much would fit.
pub async fn unread(cx: &Context, path: &[&str], bad: BadBody) -> HttpResponse {
    match admit(cx, whom(Call::find(cx.request.method.as_str(), path).as_ref())).await {
        Ok(()) => error::unread(bad),
        Err(refused) => error::render(&refused),
    }
}

fn whom(call: Result<&Call<'_>, &Refused>) -> Whom {
    call.map_or(Whom::TokenHolders, |call| call.whom())
}

async fn called(cx: &Context, path: &[&str]) -> Answer {
    let call = Call::find(cx.request.method.as_str(), path);
    admit(cx, whom(call.as_ref())).await?;
    let call = call?;
    if call.is_of_the_root() && !cx.isolate.id().is_empty() {
        return Err(Refused::NotFound("Only the root world has a list of worlds.".to_owned()));
    }
    match call {
        Call::Health => Ok(about::health(cx)),
        Call::Certificate => about::certificate(cx),
        Call::OpenApi => about::described(cx),
        Call::ReadWorld => Ok(json_of(&cx.directory.world().to_value())),
        Call::ReplaceWorld => world::replace(cx).await,
        Call::PatchWorld => world::patch(cx).await,
        Call::Reset => world::reset(cx).await,
        Call::ListWorlds => Ok(json_of(&worlds::list(&cx.worlds))),
        Call::FindWorld(id) => Ok(json_of(&worlds::find(&cx.worlds, id)?)),
        Call::CreateWorld => world::create(cx).await,
        Call::DeleteWorld(id) => world::delete(cx, id).await,
        Call::DeleteWorlds => world::delete_all(cx).await,
        Call::Events => events::list(cx).await,
        Call::ListFlows => flow::list(cx).await,
        Call::FindFlow(id) => flow::find(cx, id).await,
        Call::Inbox => inbox::list(cx).await,
        Call::AnswerMessage(id) => inbox::answer(cx, id).await,
        Call::CodeApp(upn) => Ok(json_of(&accounts::code(&cx.directory, &Upn::new(upn), cx.now)?)),
        Call::ListAppPasswords(upn) => app_passwords::list(cx, &Upn::new(upn)),
        Call::MakeAppPassword(upn) => app_passwords::make(cx, &Upn::new(upn)).await,
        Call::RevokeAppPassword(upn, id) => app_passwords::revoke(cx, &Upn::new(upn), id).await,
        Call::ListExceptions => Ok(exceptions::list(cx)),
        Call::FileException => exceptions::file(cx).await,
        Call::DecideException(id) => exceptions::decide(cx, id).await,
        Call::PartnerTest => partner_test::run(cx).await,
        Call::SignIn => sign_in::run(cx).await,
        Call::Explain => sign_in::explain(cx).await,
        Call::ReadClock => Ok(clock::show(cx)),
        Call::TurnClock => clock::turn(cx).await,
        Call::ResetClock => clock::reset(cx).await,
        Call::RevokeSessions => revoke::sessions(cx).await,
        Call::RotateKeys => revoke::keys(cx).await,
    }
}
