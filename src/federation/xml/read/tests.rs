use proptest::prelude::*;

use super::*;
use crate::federation::fixtures::{AT_ONCE, fastest};
use crate::federation::xml::write;

#[test]
fn what_is_read_means_what_it_meant() {
    let table = [
        ("<e/>", "<e></e>"),
        ("\u{feff}<?xml version='1.0' encoding='utf-8'?>\n<!-- why -->\n<e />\n<!-- end -->", "<e></e>"),
        ("<e a='1' b = \"2\"\n></e >", r#"<e a="1" b="2"></e>"#),
        ("<e v='&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;'/>", "<e v=\"&amp;&lt;>&quot;'A😀\"></e>"),
        ("<e v=' a\t\r\nb&#9;&#10;&#13;'/>", r#"<e v=" a  b&#x9;&#xA;&#xD;"></e>"#),
        ("<e>a\r\nb\rc&#13;&#x41;&gt;</e>", "<e>a\nb\nc&#xD;A&gt;</e>"),
        ("<e>a<![CDATA[<&amp;\r\n]]>b</e>", "<e>a&lt;&amp;amp;\nb</e>"),
        ("<e> <!-- between --> <f/></e>", "<e>  <f></f></e>"),
        ("<é ü='ß'/>", "<é ü=\"ß\"></é>"),
        ("<a:e xmlns:a='urn:a' a:v='1' v='2'/>", r#"<a:e xmlns:a="urn:a" v="2" a:v="1"></a:e>"#),
        ("<e xml:lang='de'/>", r#"<e xml:lang="de"></e>"#),
        ("<e xmlns='urn:d'><f xmlns=''/></e>", r#"<e xmlns="urn:d"><f xmlns=""></f></e>"#),
    ];
    for (text, expected) in table {
        assert_eq!(read(text).map(|root| write(&root)).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn a_name_is_of_the_namespace_that_its_prefix_means_there() {
    let text = "<e xmlns='urn:d' xmlns:p='urn:1'><p:f v='' p:v=''/><f xmlns:p='urn:2'><p:g/></f><p:h/></e>";
    let root = read(text).unwrap();
    let mut names = Vec::new();
    fn collect<'e>(element: &'e Element<'e>, into: &mut Vec<(&'e str, &'e str)>) {
        into.push((element.name.namespace, element.name.local));
        into.extend(element.attributes.iter().map(|(name, _)| (name.namespace, name.local)));
        element.elements().for_each(|child| collect(child, into));
    }
    collect(&root, &mut names);
    let expected =
        [("urn:d", "e"), ("urn:1", "f"), ("", "v"), ("urn:1", "v"), ("urn:d", "f"), ("urn:2", "g"), ("urn:1", "h")];
    assert_eq!(names, expected);
}

#[test]
fn what_federation_does_not_need_is_refused_by_name() {
    let table = [
        ("<!DOCTYPE e><e/>", XmlError::DocumentType),
        ("<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><e>&x;</e>", XmlError::DocumentType),
        ("<e><!ELEMENT e ANY></e>", XmlError::DocumentType),
        ("<?xml-stylesheet href='x'?><e/>", XmlError::ProcessingInstruction),
        ("<e><?php ?></e>", XmlError::ProcessingInstruction),
        ("<e/><?after?>", XmlError::ProcessingInstruction),
        ("<e>&nbsp;</e>", XmlError::Entity),
        ("<e v='&x;'/>", XmlError::Entity),
        ("<e>&amp</e>", XmlError::Entity),
        ("<e>&#0;</e>", XmlError::Entity),
        ("<e>&#xD800;</e>", XmlError::Entity),
        ("<e>&#+65;</e>", XmlError::Entity),
        ("<e>&#99999999999;</e>", XmlError::Entity),
        ("<n>admin<!-- -->.evil</n>", XmlError::CommentInText),
        ("<n><!-- -->admin</n>", XmlError::CommentInText),
        ("<n><![CDATA[admin]]><!-- --></n>", XmlError::CommentInText),
    ];
    for (text, expected) in table {
        assert_eq!(read(text), Err(expected), "{text}");
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    let all = [
        "",
        " ",
        "text",
        "<",
        "<e",
        "<e>",
        "</e>",
        "<e></f>",
        "<e/><f/>",
        "<e/>text",
        "<e><f></e></f>",
        "<1/>",
        "<-e/>",
        "<e v/>",
        "<e v=1/>",
        "<e v='1/>",
        "<e v='<'/>",
        "<e v='1'w='2'/>",
        "<e v='1' v='2'/>",
        "<e / >",
        "< e/>",
        "<e>]]></e>",
        "<e><![CDATA[</e>",
        "<e><!-- -- --></e>",
        "<!-- ---><e/>",
        "<!-- --",
        "<e>\u{0}</e>",
        "<e>\u{ffff}</e>",
        "<p:e/>",
        "<e p:v=''/>",
        "<:e/>",
        "<p:/>",
        "<a:b:c xmlns:a='u'/>",
        "<e xmlns:p=''/>",
        "<e xmlns:p='u' xmlns:p='u'/>",
        "<e xmlns='u' xmlns='u'/>",
        "<e xmlns:xml='u'/>",
        "<e xmlns:xmlns='u'/>",
        "<e xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
        "<e xmlns:p='a&amp;b'/>",
        "<e xmlns:p='a b'/>",
        "<e xmlns:p='a\"b'/>",
        "<e xmlns:a='u' xmlns:b='u' a:v='' b:v=''/>",
        "<?xml version='1.1'?><e/>",
        "<?xml version='1.0'?>",
        "<?xml version='1.0' encoding='utf-16'?><e/>",
        " <?xml version='1.0'?><e/>",
    ];
    for text in all {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn a_document_may_be_so_large_and_no_larger() {
    let long = |length: usize| format!("<e>{}</e>", "x".repeat(length - 7));
    assert!(read(&long(64 * 1024)).is_ok());
    assert_eq!(read(&long(64 * 1024 + 1)), Err(XmlError::TooLong { most: 64 * 1024 }));
    assert!(read_within(&long(64 * 1024 + 1), Limits::METADATA).is_ok());
    let deep = |depth: usize| format!("{}{}", "<e>".repeat(depth), "</e>".repeat(depth));
    assert!(read(&deep(64)).is_ok());
    assert_eq!(read(&deep(65)), Err(XmlError::TooDeep { most: 64 }));
    let wide = |count: usize| {
        let attributes: String =
            (0..count).map(|at| format!(" {}a{at}=''", if at % 2 == 0 { "xmlns:" } else { "" })).collect();
        format!("<e{}/>", attributes.replace("=''", "='u'"))
    };
    assert!(read(&wide(64)).is_ok());
    assert_eq!(read(&wide(65)), Err(XmlError::TooManyAttributes { most: 64 }));
}

/// The shapes that other readers take seconds over, each filled up to what is read at all.
fn hostile() -> Vec<(&'static str, String)> {
    let filled = |start: &str, each: &dyn Fn(usize) -> String, end: &str| {
        let mut text = start.to_owned();
        let mut count = 0;
        while text.len() + each(count).len() + end.len() <= Limits::MESSAGE.bytes {
            text.push_str(&each(count));
            count += 1;
        }
        text + end
    };
    let all_prefixes: String = (0..64).map(|at| format!(" xmlns:p{at}='u'")).collect();
    let nested: String = (0..60).map(|_| format!("<e{all_prefixes}>")).collect();
    let lol: String = (0..9).map(|at| format!("<!ENTITY l{} '{}'>", at + 1, format!("&l{at};").repeat(10))).collect();
    vec![
        ("attributes", filled("<e", &|at| format!(" a{at}=''"), "/>")),
        ("elements with many attributes", filled("<e>", &|_| format!("<f{}/>", " a=''".repeat(64)), "</e>")),
        ("namespaces", filled("<e", &|at| format!(" xmlns:a{at}='u'"), "/>")),
        ("namespaces, inherited", filled(&format!("<e{all_prefixes}>"), &|_| "<p1:e xmlns:b='c'/>".into(), "</e>")),
        ("namespaces, nested", filled(&nested, &|_| "<p1:e xmlns:b='c'/>".into(), &"</e>".repeat(60))),
        ("depth", filled("", &|_| "<e>".into(), "")),
        ("billion laughs", format!("<!DOCTYPE e [<!ENTITY l0 'lol'>{lol}]><e>&l9;</e>")),
        ("references", filled("<e>", &|_| "&amp;".into(), "</e>")),
        ("half references", filled("<e>", &|_| "&".into(), "</e>")),
        ("numbers", filled("<e>&#", &|_| "9".into(), ";</e>")),
        ("comments", filled("<e>", &|_| "<!---->".into(), "</e>")),
        ("comments without end", filled("<e>", &|_| "<!-".into(), "")),
        ("sections", filled("<e>", &|_| "<![CDATA[]]>".into(), "</e>")),
        ("pieces of text", filled("<e>", &|_| "a<![CDATA[b]]>".into(), "</e>")),
        ("siblings", filled("<e>", &|_| "<e/>".into(), "</e>")),
        ("quotes", filled("<e a='", &|_| "\"".into(), "")),
        ("white space", filled("<e", &|_| " ".into(), "")),
    ]
}

#[test]
fn whatever_is_sent_is_answered_at_once() {
    for (what, text) in hostile() {
        assert!(text.len() <= Limits::MESSAGE.bytes, "{what}");
        let taken = fastest(|| drop(read(&text)));
        assert!(taken < AT_ONCE, "{what} took {taken:?}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        drop(read(&text));
    }

    #[test]
    fn what_looks_like_xml_is_read_to_something_that_reads_the_same(text in xmlish()) {
        if let Ok(root) = read(&text) {
            let written = write(&root);
            let again = read(&written);
            prop_assert_eq!(again.map(|root| write(&root)), Ok(written));
        }
    }
}

/// Text of pieces that readers trip over.
fn xmlish() -> impl Strategy<Value = String> {
    let pieces = [
        "<e>",
        "</e>",
        "<e/>",
        "<p:e xmlns:p='u'>",
        "</p:e>",
        "<e v='1'>",
        "<e xmlns='u' a='&lt;'>",
        "&amp;",
        "&#13;",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "\r\n",
        "\t",
        "text",
        "é",
        "'",
        "\"",
        "<",
        ">",
        "&",
        "=",
        " ",
        "xmlns:q='v'",
        "q:",
    ];
    let inside = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..12);
    inside.prop_map(|pieces| format!("<e>{}</e>", pieces.concat()))
}
