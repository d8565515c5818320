//! What do other programs say? `xmlsec1` of documents signed here, we of documents signed by it, and `xmllint` with the
//! schemas of OASIS of their shape. Where a program is not installed, its tests say so and judge nothing
//! (Debian: `apt-get install xmlsec1 libxml2-utils opensaml-schemas xmltooling-schemas`).

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::federation::metadata::{self, Described};
use crate::federation::saml::logout::LogoutRequest;
use crate::federation::saml::{Response, Status, UNKNOWN_PRINCIPAL};
use crate::federation::xml::Element;
use crate::federation::xml::names::{METADATA, SAML11, SAML20, SAMLP};
use crate::http::origin::Origin;

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/keys/wingtip.crt.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/keys/wingtip.pem");
const OTHER_CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/keys/local.crt.pem");

/// A file that is gone when it is no longer needed.
struct File(PathBuf);

impl File {
    fn new(text: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("standin-{}-{}.xml", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

/// Runs a program, if it is installed.
fn run(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: {program} cannot be run ({error})");
            None
        }
    }
}

/// xmlsec1 has no idea what an id is, unless it is told.
const IDS: [&str; 14] = [
    "--id-attr:AssertionID",
    "urn:oasis:names:tc:SAML:1.0:assertion:Assertion",
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:protocol:Response",
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest",
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:protocol:LogoutRequest",
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:protocol:LogoutResponse",
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor",
];

/// Does xmlsec1 accept the signature at this place?
fn accepted(text: &str, place: &str, certificate: &str) -> Option<bool> {
    let file = File::new(text);
    let mut arguments = vec!["--verify", "--pubkey-cert-pem", certificate];
    arguments.extend(IDS);
    arguments.extend(["--node-xpath", place]);
    arguments.push(file.0.to_str().unwrap());
    Some(run("xmlsec1", &arguments)?.status.success())
}

fn place(parent: &str) -> String {
    format!("//*[local-name()='{parent}']/*[local-name()='Signature']")
}

#[test]
fn xmlsec1_verifies_every_kind_of_document_that_is_signed_here() {
    let key = wingtip();
    let alone = |element: Element<'_>| sign(&key, &element).unwrap().into_text();
    let (old, mut new) = (assertion(Version::Saml11), assertion(Version::Saml20));
    new.attributes[0].values = vec!["\u{e9}&<>\"'\t\n\r]]>\u{1f600}".into()];
    let table = [
        (alone(old.build()), "Assertion"),
        (wsfed_signed(), "Assertion"),
        (alone(new.build()), "Assertion"),
        (assertion_signed(), "Assertion"),
        (response_signed(), "Response"),
        (both_signed(), "Response"),
        (both_signed(), "Assertion"),
        (alone(request()), "AuthnRequest"),
        (alone(metadata()), "EntityDescriptor"),
        (alone(logout_request().build(now())), "LogoutRequest"),
        (alone(answer("LogoutResponse")), "LogoutResponse"),
        (alone(answer("Response")), "Response"),
        (published(Document::Saml), "EntityDescriptor"),
        (published(Document::Federation), "EntityDescriptor"),
        (published(Document::Relying), "EntityDescriptor"),
    ];
    for (text, parent) in table {
        let Some(accepted_here) = accepted(&text, &place(parent), CERTIFICATE) else { return };
        assert!(accepted_here, "{parent} of {text}");
        assert_eq!(accepted(&text, &place(parent), OTHER_CERTIFICATE), Some(false), "{parent} of {text}");
    }
}

fn logout_request() -> LogoutRequest {
    LogoutRequest {
        id: "_l1".into(),
        issuer: ISSUER.into(),
        destination: Some(LOGIN.into()),
        ends: Some(now()),
        name: TRENT.into(),
        format: Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".into()),
        sessions: vec!["_s1".into()],
    }
}

/// A response that says no.
fn answer(name: &'static str) -> Element<'static> {
    let response =
        Response { id: "_p1", issuer: ISSUER, destination: LOGIN, in_response_to: Some("_r1"), issued: now() };
    response.named(name, Status::Failed { why: UNKNOWN_PRINCIPAL, sentence: "Nobody of that name.".into() })
}

#[derive(Clone, Copy)]
enum Document {
    Saml,
    Federation,
    Relying,
}

/// The metadata of the provider wingtip, with two keys.
fn published(document: Document) -> String {
    let origin = Origin { scheme_host: "https://localhost:8443".into(), base: String::new() };
    let keys = [wingtip(), key(Owner::Entra)];
    let described = Described::provider(&origin, "wingtip", &keys);
    let element = match document {
        Document::Saml => described.saml(),
        Document::Federation => described.federation(),
        Document::Relying => metadata::relying(&origin, &keys),
    };
    sign(&wingtip(), &element).unwrap().into_text()
}

/// A document with an empty signature that asks for these algorithms, for xmlsec1 to fill.
fn template(parent: &str, text: &str, hash: &str, prefixes: &str) -> String {
    let list = format!(
        r#"<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="{prefixes}"/>"#
    );
    let digest = match hash {
        "sha384" => "http://www.w3.org/2001/04/xmldsig-more#sha384",
        other => &format!("http://www.w3.org/2001/04/xmlenc#{other}"),
    };
    let id = if parent == "Response" { "_p1" } else { "_a1" };
    let signature = format!(
        r##"
  <Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
    <SignedInfo>
      <CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">{list}</CanonicalizationMethod>
      <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-{hash}"/>
      <Reference URI="#{id}">
        <Transforms>
          <Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
          <Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">{list}</Transform>
        </Transforms>
        <DigestMethod Algorithm="{digest}"/>
        <DigestValue/>
      </Reference>
    </SignedInfo>
    <SignatureValue/>
    <KeyInfo><X509Data/></KeyInfo>
  </Signature>
"##
    );
    let (before, rest) = text.split_once(&format!(":{parent} ")).unwrap();
    let (inside, after) = rest.split_once("</saml:Issuer>").unwrap();
    format!("{before}:{parent} {inside}</saml:Issuer>{signature}{after}")
}

/// As other providers write: other prefixes, types, unused namespaces, line breaks, empty elements, comments.
fn foreign() -> String {
    let said = assertion(Version::Saml20);
    let text = write(&response(said.build()));
    let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- of another provider -->\n<samlp:Response \
                 xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:unused='urn:unused'\n\t";
    let value = "<saml:AttributeValue xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='xs:string'>";
    text.replace("<samlp:Response ", start)
        .replace("<saml:AttributeValue>", value)
        .replace("></saml:SubjectConfirmationData>", "/>")
        .replace("<saml:Subject>", "<!-- a person -->\r\n\t<saml:Subject>")
        .replace("trent@wingtip.test", "<![CDATA[trent]]>&#x40;wingtip.test")
}

fn signed_by_xmlsec1(template: &str) -> Option<String> {
    let file = File::new(template);
    let keys = format!("{KEY},{CERTIFICATE}");
    let mut arguments = vec!["--sign", "--privkey-pem", &keys];
    arguments.extend(IDS);
    arguments.push(file.0.to_str().unwrap());
    let output = run("xmlsec1", &arguments)?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn what_xmlsec1_signs_is_believed() {
    for parent in ["Response", "Assertion"] {
        for hash in ["sha256", "sha384", "sha512"] {
            for prefixes in ["", "xs", "xs samlp unused #default", "nowhere"] {
                let template = template(parent, &foreign(), hash, prefixes);
                let Some(text) = signed_by_xmlsec1(&template) else { return };
                assert_eq!(believed(&text).as_deref(), Ok(TRENT), "{parent} {hash} {prefixes}: {text}");
                let changed = text.replace("]]>@", "]]>.@").replace("trent@", "trent.@");
                assert_eq!(believed(&changed), Err(Error::Changed), "{parent} {hash} {prefixes}: {changed}");
            }
        }
    }
}

/// The same for everybody: a document that xmlsec1 1.2.37 signed from such a template.
#[test]
fn what_xmlsec1_once_signed_is_believed() {
    let text = include_str!("signed_by_xmlsec1.xml");
    assert_eq!(believed(text).as_deref(), Ok(TRENT));
    assert_eq!(believed(&text.replace("multipleauthn", "nothing")), Err(Error::Changed));
}

/// Exclusive canonicalisation, as libxml2 does it.
#[test]
fn xmllint_writes_the_same_canonical_form() {
    let table = [
        "<e/>",
        "<e b='1' a=\"2\" xmlns:z='urn:a' xmlns:y='urn:z' y:a='' z:a='' z:B=''/>",
        "<e xmlns='urn:d' xmlns:unused='urn:u'><f xmlns=''><g xmlns='urn:d'/></f><f/></e>",
        "<a:e xmlns:a='urn:1'><a:f xmlns:a='urn:2'><a:g xmlns:a='urn:1'/></a:f><a:h/></a:e>",
        "<e xmlns:a='urn:1'><f a:v=''><g a:v='' xmlns:a='urn:1'/></f><h xmlns:a='urn:2' a:v=''/></e>",
        "<e xmlns:a='urn:1' xmlns:b='urn:1'><a:f b:v=''/><b:f a:v=''/></e>",
        "<e v='&#9;&#10;&#13; &quot;&apos;&lt;&gt;&amp; \t\r\n'>&#9;&#10;&#13; \"'&lt;&gt;&amp; \t\r\nx</e>",
        "<e><![CDATA[<&>]]]]><![CDATA[>]]></e>",
        "<e xml:lang='en' xml:space='preserve' a=''><f xml:lang='de'/></e>",
        "\u{feff}<?xml version='1.0'?>\n<e>\u{e9}\u{1f600}\u{2028}</e>\n",
        "<e xmlns='urn:d'><a:f xmlns:a='urn:d' v='' a:v=''/></e>",
    ];
    for text in table {
        let file = File::new(text);
        let Some(output) = run("xmllint", &["--exc-c14n", file.0.to_str().unwrap()]) else { return };
        let expected = String::from_utf8(output.stdout).unwrap();
        let root = read(text).unwrap();
        assert_eq!(canonical(&root, &Subset::default()), expected, "{text}");
    }
}

const SCHEMAS: &str = "/usr/share/xml";

/// The schemas name each other by their addresses on the web; here they are files.
fn catalog() -> File {
    let systems = [
        (
            "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd",
            "xmltooling/xmldsig-core-schema.xsd",
        ),
        ("http://www.w3.org/TR/xmldsig-core/xmldsig-core-schema.xsd", "xmltooling/xmldsig-core-schema.xsd"),
        ("http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd", "xmltooling/xenc-schema.xsd"),
        ("http://www.w3.org/2001/xml.xsd", "xmltooling/xml.xsd"),
    ];
    let entries = systems.iter().flat_map(|(uri, file)| {
        ["system systemId", "uri name"].map(|name| format!("<{name}=\"{uri}\" uri=\"file://{SCHEMAS}/{file}\"/>"))
    });
    let entries: String = entries.collect();
    File::new(&format!("<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">{entries}</catalog>"))
}

#[test]
fn what_is_signed_has_the_shape_that_its_schema_wants() {
    let key = wingtip();
    let alone = |element: Element<'_>| sign(&key, &element).unwrap().into_text();
    let (old, new) = (assertion(Version::Saml11), assertion(Version::Saml20));
    let table = [
        (alone(old.build()), "opensaml/cs-sstc-schema-assertion-1.1.xsd", SAML11),
        (alone(new.build()), "opensaml/saml-schema-assertion-2.0.xsd", SAML20),
        (both_signed(), "opensaml/saml-schema-protocol-2.0.xsd", SAMLP),
        (alone(request()), "opensaml/saml-schema-protocol-2.0.xsd", SAMLP),
        (alone(metadata()), "opensaml/saml-schema-metadata-2.0.xsd", METADATA),
        (alone(logout_request().build(now())), "opensaml/saml-schema-protocol-2.0.xsd", SAMLP),
        (alone(answer("LogoutResponse")), "opensaml/saml-schema-protocol-2.0.xsd", SAMLP),
        (alone(answer("Response")), "opensaml/saml-schema-protocol-2.0.xsd", SAMLP),
        (published(Document::Saml), "opensaml/saml-schema-metadata-2.0.xsd", METADATA),
        (published(Document::Relying), "opensaml/saml-schema-metadata-2.0.xsd", METADATA),
    ];
    let catalog = catalog();
    for (text, schema, namespace) in table {
        let schema = format!("{SCHEMAS}/{schema}");
        if !Path::new(&schema).exists() {
            println!("skipped: {schema} is not there");
            return;
        }
        let file = File::new(&text);
        let mut xmllint = Command::new("xmllint");
        xmllint.args(["--nonet", "--noout", "--schema", &schema]).arg(&file.0).env("XML_CATALOG_FILES", &catalog.0);
        let Ok(output) = xmllint.output() else {
            println!("skipped: xmllint cannot be run");
            return;
        };
        assert!(output.status.success(), "{}: {}", namespace.uri, String::from_utf8_lossy(&output.stderr));
    }
}

/// The types of WS-Federation's roles, as far as they matter here: what SAML's metadata has of a role, and then whatever
/// namespaces of WS-Federation and its kin have. Its own schema is not among Debian's.
const ROLES: &str = r###"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
  targetNamespace="http://docs.oasis-open.org/wsfed/federation/200706" elementFormDefault="qualified">
  <xs:import namespace="urn:oasis:names:tc:SAML:2.0:metadata" schemaLocation="METADATA"/>
  <xs:complexType name="Role"><xs:complexContent><xs:extension base="md:RoleDescriptorType">
    <xs:sequence><xs:any namespace="##targetNamespace" processContents="skip" minOccurs="1" maxOccurs="unbounded"/></xs:sequence>
  </xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="SecurityTokenServiceType"><xs:complexContent><xs:extension xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" base="fed:Role"/></xs:complexContent></xs:complexType>
  <xs:complexType name="ApplicationServiceType"><xs:complexContent><xs:extension xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" base="fed:Role"/></xs:complexContent></xs:complexType>
</xs:schema>"###;

#[test]
fn the_roles_of_ws_federation_stand_where_saml_metadata_wants_them() {
    let metadata = format!("{SCHEMAS}/opensaml/saml-schema-metadata-2.0.xsd");
    if !Path::new(&metadata).exists() {
        println!("skipped: {metadata} is not there");
        return;
    }
    let schema = File::new(&ROLES.replace("METADATA", &format!("file://{metadata}")));
    let catalog = catalog();
    let valid = |text: &str| {
        let file = File::new(text);
        let mut xmllint = Command::new("xmllint");
        xmllint.args(["--nonet", "--noout", "--schema"]).arg(&schema.0).arg(&file.0);
        let output = xmllint.env("XML_CATALOG_FILES", &catalog.0).output().ok()?;
        Some((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
    };
    let text = published(Document::Federation);
    let Some((fine, said)) = valid(&text) else {
        println!("skipped: xmllint cannot be run");
        return;
    };
    assert!(fine, "{said}");
    let misplaced = text.replace("</md:RoleDescriptor>", "<md:KeyDescriptor/></md:RoleDescriptor>");
    assert_eq!(valid(&misplaced).map(|(fine, _)| fine), Some(false), "the schema does judge");
}
