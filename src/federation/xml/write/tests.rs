use super::*;
use crate::federation::xml::element::Namespace;
use crate::federation::xml::read;

const A: Namespace = Namespace::new("a", "urn:a");
const B: Namespace = Namespace::new("b", "urn:b");
/// The same prefix, meaning something else.
const OTHER_A: Namespace = Namespace::new("a", "urn:other");
const PLAIN: Namespace = Namespace::new("", "");
const DEFAULT: Namespace = Namespace::new("", "urn:default");

#[test]
fn text_and_values_are_escaped_as_the_canonical_form_has_it() {
    let text = "&<>\"'\t\n\r\u{e9}\u{1f600}";
    let element = PLAIN.element("e").attribute("v", text).text(text);
    assert_eq!(write(&element), "<e v=\"&amp;&lt;>&quot;'&#x9;&#xA;&#xD;é😀\">&amp;&lt;&gt;\"'\t\n&#xD;é😀</e>");
}

#[test]
fn what_xml_cannot_carry_is_marked_and_the_document_stays_readable() {
    let name = "tab\u{0}le\u{b}\u{ffff}";
    let written = write(&PLAIN.element("e").attribute("v", name).text(name));
    assert_eq!(written, "<e v=\"tab\u{fffd}le\u{fffd}\u{fffd}\">tab\u{fffd}le\u{fffd}\u{fffd}</e>");
    assert!(read(&written).is_ok());
}

#[test]
fn attributes_are_sorted_by_namespace_and_then_by_name() {
    let element = A
        .element("e")
        .qualified(B, "x", "5")
        .qualified(A, "z", "3")
        .attribute("z", "2")
        .qualified(A, "za", "4")
        .attribute("Z", "1");
    let expected = r#"<a:e xmlns:a="urn:a" xmlns:b="urn:b" Z="1" z="2" a:z="3" a:za="4" b:x="5"></a:e>"#;
    assert_eq!(write(&element), expected);
}

#[test]
fn a_namespace_is_declared_where_a_name_uses_it_and_not_again_below() {
    let table = [
        (A.element("o").child(A.element("i")), r#"<a:o xmlns:a="urn:a"><a:i></a:i></a:o>"#),
        (
            PLAIN.element("o").child(A.element("x")).child(A.element("y")),
            r#"<o><a:x xmlns:a="urn:a"></a:x><a:y xmlns:a="urn:a"></a:y></o>"#,
        ),
        (
            A.element("o").child(OTHER_A.element("i").child(A.element("j"))).child(A.element("k")),
            r#"<a:o xmlns:a="urn:a"><a:i xmlns:a="urn:other"><a:j xmlns:a="urn:a"></a:j></a:i><a:k></a:k></a:o>"#,
        ),
        (
            DEFAULT.element("o").child(PLAIN.element("i").child(DEFAULT.element("j"))),
            r#"<o xmlns="urn:default"><i xmlns=""><j xmlns="urn:default"></j></i></o>"#,
        ),
    ];
    for (element, expected) in table {
        assert_eq!(write(&element), expected);
    }
}

#[test]
fn a_namespace_that_only_a_value_uses_is_declared_where_it_was_asked_for() {
    let element = A.element("o").child(A.element("i").declare(B).child(A.element("j").attribute("type", "b:thing")));
    assert_eq!(write(&element), r#"<a:o xmlns:a="urn:a"><a:i xmlns:b="urn:b"><a:j type="b:thing"></a:j></a:i></a:o>"#);
}

#[test]
fn a_prefix_that_is_declared_around_an_element_does_not_change_what_the_element_is() {
    let element = PLAIN.element("o").declare(OTHER_A).child(A.element("i"));
    assert_eq!(write(&element), r#"<o xmlns:a="urn:other"><a:i xmlns:a="urn:a"></a:i></o>"#);
}

#[test]
fn the_prefixes_of_xml_itself_are_not_declared() {
    let element = PLAIN.element("e").qualified(crate::federation::xml::names::XML, "lang", "en");
    assert_eq!(write(&element), r#"<e xml:lang="en"></e>"#);
}

/// A part of a document, as a signature sees it: what is declared around it, and not used in it, is left out, but for
/// the prefixes that are asked for (Exclusive XML Canonicalization 1.0, 3).
#[test]
fn a_part_carries_the_inclusive_prefixes_that_are_declared_around_it() {
    let text =
        r#"<o xmlns="urn:d" xmlns:a="urn:a" xmlns:b="urn:b" xmlns:c="urn:c"><a:i><j xmlns:b="urn:b2"/></a:i></o>"#;
    let root = read(text).unwrap();
    let part = root.elements().next().unwrap();
    let table = [
        (vec![], r#"<a:i xmlns:a="urn:a"><j xmlns="urn:d"></j></a:i>"#),
        (vec!["b"], r#"<a:i xmlns:a="urn:a" xmlns:b="urn:b"><j xmlns="urn:d" xmlns:b="urn:b2"></j></a:i>"#),
        (vec!["", "nowhere"], r#"<a:i xmlns="urn:d" xmlns:a="urn:a"><j></j></a:i>"#),
    ];
    for (inclusive, expected) in table {
        let subset = Subset { inclusive, inherited: root.declarations.clone(), without: None };
        assert_eq!(canonical(part, &subset), expected);
    }
}
