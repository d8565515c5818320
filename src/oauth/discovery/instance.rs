//! Instance discovery: is this host one whose word about authorities counts, and by which names is it known?
//!
//! Client libraries ask before they trust an authority they were not built with.

use serde::Serialize;
use url::Url;

use crate::http::origin::Origin;
use crate::refusal::{Code, Refusal};

/// The names of the public cloud, the preferred one first.
const PUBLIC_CLOUD: [&str; 4] =
    ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"];

#[derive(Serialize)]
struct Answer {
    tenant_discovery_endpoint: String,
    #[serde(rename = "api-version", skip_serializing_if = "Option::is_none")]
    api_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metadata: Vec<Network>,
}

#[derive(Serialize)]
struct Network {
    preferred_network: String,
    preferred_cache: String,
    aliases: Vec<String>,
}

/// Answers for the authority that `authorization_endpoint` belongs to: one on our own origin, or in the public cloud.
pub fn instance(
    origin: &Origin,
    authorization_endpoint: &str,
    api_version: Option<&str>,
) -> Result<impl Serialize + use<>, Refusal> {
    let asked = Url::parse(authorization_endpoint).map_err(|_| unknown())?;
    let host = host_and_port(&asked).ok_or_else(unknown)?;
    // Some libraries leave the port out of the address they ask about.
    let (root, network) =
        if host == origin.host() || (asked.port().is_none() && asked.host_str() == host_alone(origin.host())) {
            (origin.scheme_host.clone(), own(origin.host()))
        } else if PUBLIC_CLOUD.contains(&host.as_str()) {
            (format!("https://{host}"), public_cloud())
        } else {
            return Err(unknown());
        };
    let metadata = metadata_path(&asked).ok_or_else(unknown)?;
    let only_the_address = api_version == Some("1.0");
    Ok(Answer {
        tenant_discovery_endpoint: format!("{root}{metadata}"),
        api_version: (!only_the_address).then_some("1.1"),
        metadata: if only_the_address { Vec::new() } else { vec![network] },
    })
}

fn unknown() -> Refusal {
    Code::UnknownInstance.because("Unknown or invalid instance.")
}

fn host_and_port(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// A host without its port.
fn host_alone(host: &str) -> Option<&str> {
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    Some(if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host })
}

/// Where the metadata of an authorize address's authority is: beside it, in the same version and world.
fn metadata_path(authorize: &Url) -> Option<String> {
    let path = authorize.path().to_ascii_lowercase();
    let (authority, version) = match path.strip_suffix("/oauth2/v2.0/authorize") {
        Some(authority) => (authority, "/v2.0"),
        None => (path.strip_suffix("/oauth2/authorize")?, ""),
    };
    let named = authority.len() > 1 && authority.starts_with('/');
    named.then(|| format!("{authority}{version}/.well-known/openid-configuration"))
}

/// A host nobody else answers for has no other names.
fn own(host: &str) -> Network {
    if PUBLIC_CLOUD.contains(&host) {
        return public_cloud();
    }
    Network { preferred_network: host.to_owned(), preferred_cache: host.to_owned(), aliases: vec![host.to_owned()] }
}

fn public_cloud() -> Network {
    Network {
        preferred_network: PUBLIC_CLOUD[0].to_owned(),
        preferred_cache: PUBLIC_CLOUD[1].to_owned(),
        aliases: PUBLIC_CLOUD.map(str::to_owned).to_vec(),
    }
}
