//! Microsoft's own command lines and their kin share their refresh tokens.

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::claims;
use crate::apps::{ALICE, App, CLI, PASSWORD, V1, V2, text};
use crate::client::{patch_world, started};
use crate::wstrust::AZURE_CLI;

const POWERSHELL: App = App { id: "1950a258-227b-4e31-a9cf-717495945fc2", ..AZURE_CLI };
const ARM: (&str, &str) = ("scope", "https://management.core.windows.net/.default offline_access openid");

fn signed_in(standin: &Standin, app: App, (at, what): (&str, (&str, &str))) -> Value {
    let fields = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), what];
    app.token(standin, at, &fields).granted()
}

#[actix_web::test]
async fn one_of_the_family_goes_on_with_what_another_was_given() {
    let standin = started().await;
    let older = ("resource", "https://management.core.windows.net/");
    for (at, what) in [(V2, ARM), (V1, older)] {
        let first = signed_in(&standin, AZURE_CLI, (at, what));
        assert_eq!(text(&first, "foci"), "1", "{at}");
        let next = POWERSHELL.refresh(&standin, at, text(&first, "refresh_token"), &[what]).granted();
        let token = claims(text(&next, "access_token"));
        assert_eq!((text(&token, "appid"), text(&token, "upn")), (POWERSHELL.id, ALICE));
        assert_eq!(claims(text(&next, "id_token"))["aud"], POWERSHELL.id);
        let back = AZURE_CLI.refresh(&standin, at, text(&next, "refresh_token"), &[what]).granted();
        assert_eq!(
            (claims(text(&back, "access_token"))["appid"].as_str(), text(&back, "foci")),
            (Some(AZURE_CLI.id), "1")
        );
    }
    let members: Vec<String> = signed_in(&standin, AZURE_CLI, (V2, ARM)).as_object().unwrap().keys().cloned().collect();
    assert_eq!(members[members.len() - 3..], ["refresh_token", "foci", "id_token"]);
    let alone = signed_in(&standin, AZURE_CLI, (V2, ("scope", "https://management.core.windows.net/.default")));
    assert_eq!((alone.get("foci"), alone.get("refresh_token")), (None, None));
}

#[actix_web::test]
async fn nobody_else_is_of_the_family() {
    let standin = started().await;
    let familys = signed_in(&standin, AZURE_CLI, (V2, ARM));
    let told = CLI.refresh(&standin, V2, text(&familys, "refresh_token"), &[]).refused(400, "invalid_grant", 70000);
    assert_eq!(told["suberror"], "client_mismatch");
    let own = signed_in(&standin, CLI, (V2, ("scope", "User.Read offline_access")));
    assert_eq!(own.get("foci"), None);
    let told = AZURE_CLI.refresh(&standin, V2, text(&own, "refresh_token"), &[]).refused(400, "invalid_grant", 70000);
    assert_eq!(told.get("suberror"), None);
    // The number alone makes none of it: a world's own application is not Microsoft's.
    let teams = "1fec8e78-bce4-4aaf-ab1b-5451cc387264";
    let app = json!({"client_id": teams, "home": "example", "multi_tenant": true, "public_client": true});
    patch_world(&standin, json!({"apps": {"teams": app}}));
    let refresh =
        |familys: &Value| App { id: teams, ..AZURE_CLI }.refresh(&standin, V2, text(familys, "refresh_token"), &[ARM]);
    refresh(&familys).refused(400, "invalid_grant", 70000);
    patch_world(&standin, json!({"apps": {"teams": {"first_party": true}}}));
    refresh(&familys).granted();
}
