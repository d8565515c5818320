//! Do the pages keep their promises: the names, the escaping, the labels?

use super::*;
use askama::Template;

#[test]
fn a_hostile_name_comes_out_escaped() {
    let name = "\"><script>alert(1)</script>".to_string();
    let html = AskPassword { frame: Frame::default(), upn: name, error: None }.render().unwrap();
    assert!(!html.contains("<script>alert"));
}
