//! What every store keeps to: one contract, run on each.

use std::sync::Arc;

use super::*;
use crate::directory::world;

/// Every kind of store, empty.
fn stores() -> Vec<Box<dyn Store>> {
    vec![Box::new(Memory::new(Arc::new(Directory::new(world::plain().unwrap()).unwrap())))]
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[actix_web::test]
async fn what_is_claimed_is_claimed_once_until_it_expires() {
    for store in stores() {
        let claim = |word: &'static [u8], now, expires| store.claim("a", word.to_vec(), at(now), at(expires));
        assert!(claim(b"first", 0, 10).await.unwrap());
        assert!(!claim(b"second", 9, 100).await.unwrap());
        assert_eq!(store.get("a", at(9)).await.unwrap().as_deref(), Some(&b"first"[..]), "nothing happened");
        assert!(claim(b"third", 10, 20).await.unwrap());
        store.take("a", at(10)).await.unwrap();
        assert!(claim(b"fourth", 10, 20).await.unwrap());
    }
}

#[actix_web::test]
async fn what_was_taken_removed_or_has_expired_is_not_replaced() {
    for store in stores() {
        let replace = |word: &'static [u8], now, expires| store.replace("a", word.to_vec(), at(now), at(expires));
        assert!(!replace(b"nothing", 0, 10).await.unwrap());
        store.put("a", b"first".to_vec(), at(10)).await.unwrap();
        assert!(replace(b"second", 9, 20).await.unwrap());
        assert_eq!(store.get("a", at(19)).await.unwrap().as_deref(), Some(&b"second"[..]));
        assert!(!replace(b"third", 20, 30).await.unwrap(), "it has expired");
        store.put("a", b"fourth".to_vec(), at(30)).await.unwrap();
        store.take("a", at(20)).await.unwrap();
        assert!(!replace(b"fifth", 20, 30).await.unwrap());
        store.put("a", b"sixth".to_vec(), at(30)).await.unwrap();
        store.remove("a").await.unwrap();
        assert!(!replace(b"seventh", 20, 30).await.unwrap());
        assert_eq!(store.get("a", at(20)).await.unwrap(), None);
    }
}

#[actix_web::test]
async fn of_several_takers_one_gets_it_and_records_expire_by_the_callers_clock() {
    for store in stores() {
        store.put("a", b"x".to_vec(), at(10)).await.unwrap();
        assert_eq!(store.get("a", at(10)).await.unwrap(), None);
        assert_eq!(store.take("a", at(9)).await.unwrap().as_deref(), Some(&b"x"[..]));
        assert_eq!(store.take("a", at(9)).await.unwrap(), None);
    }
}

#[actix_web::test]
async fn failures_of_invented_names_push_out_no_single_use_and_no_long_list() {
    for store in stores() {
        assert!(store.claim("used/code", vec![], at(0), at(1_000)).await.unwrap());
        store.append("inbox", b"message".to_vec(), 1_000).await.unwrap();
        for number in 0..12_000 {
            store.append(&format!("wrong/{number}"), vec![], 64).await.unwrap();
        }
        assert!(!store.claim("used/code", vec![], at(1), at(1_000)).await.unwrap());
        assert_eq!(store.read("inbox", 0, 10).await.unwrap().len(), 1);
    }
}
