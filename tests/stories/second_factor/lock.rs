//! Guessing is counted per person and per method, over all sessions.

use std::time::Duration;

use super::{MIA, MIAS_SECRET, another_way, app_code, message, past_the_password};
use crate::apps::text;
use crate::client::standing_still;
use crate::visitor::Visitor;

#[actix_web::test]
async fn ten_wrong_codes_lock_the_method_in_every_browser_for_a_while_and_no_other() {
    let standin = standing_still().await;
    let mut guesser = Visitor::new(&standin);
    let push = past_the_password(&mut guesser, MIA).await;
    let page = another_way(&mut guesser, &push, "PhoneAppOTP").await;
    for _ in 0..10 {
        guesser.submit(&page, &[("otc", "000000")]).await;
    }
    let code = app_code(&standin, MIAS_SECRET);
    let mut mia = Visitor::new(&standin);
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    let locked = mia.submit(&page, &[("otc", &code)]).await;
    assert!(locked.has("too many wrong answers"), "the right code too: {}", locked.gist());

    let texts = another_way(&mut mia, &locked, "OneWaySMS").await;
    let sent = message(&standin, MIA);
    mia.submit(&texts, &[("otc", text(&sent, "code"))]).await.sent_back("code").unwrap();

    standin.clock().advance(Duration::from_secs(61));
    let mut later = Visitor::new(&standin);
    let push = past_the_password(&mut later, MIA).await;
    let page = another_way(&mut later, &push, "PhoneAppOTP").await;
    later.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await.sent_back("code").unwrap();
}
