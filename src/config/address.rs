//! Where to listen, as people write it: `127.0.0.1:8400`, `localhost:8400`, `8400`, `off`.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use super::layers::Given;
use super::mistake::Mistake;
use super::{LOOPBACK, nearest};
use crate::tls::is_dns_name;

/// What is done about a host that is given by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hosts {
    /// Its address is looked up.
    LookedUp,
    /// It is believed to have one: whether it has is another machine's matter.
    Believed,
}

/// Every address of one setting; `off` alone is none.
pub(super) fn listeners(given: &Given, hosts: Hosts, mistakes: &mut Vec<Mistake>) -> Vec<SocketAddr> {
    let is_off = |value: &String| value.eq_ignore_ascii_case("off");
    if given.values.iter().any(is_off) {
        if !given.values.iter().all(is_off) {
            mistakes.push(Mistake::new(&given.at, "`off` cannot be combined with an address"));
        }
        return Vec::new();
    }
    let mut addresses = Vec::new();
    for value in &given.values {
        match address(value, hosts) {
            Ok(address) => addresses.push(address),
            Err(wrong) => mistakes.push(wrong.at(&given.at, value)),
        }
    }
    addresses
}

/// Two listeners of one kind on one address; several on port 0 are fine, since each gets a port of its own.
pub(super) fn repeated(addresses: &[SocketAddr], at: &str, mistakes: &mut Vec<Mistake>) {
    for (index, address) in addresses.iter().enumerate() {
        if address.port() != 0 && addresses[..index].contains(address) {
            mistakes.push(taken_twice(at, address));
        }
    }
}

/// Two listeners on one address, one of them with TLS.
pub(super) fn shared(http: &[SocketAddr], https: &[SocketAddr], https_at: &str, mistakes: &mut Vec<Mistake>) {
    let shared = https.iter().filter(|address| address.port() != 0 && http.contains(address));
    mistakes.extend(shared.map(|address| taken_twice(https_at, address)));
}

fn taken_twice(at: &str, address: &SocketAddr) -> Mistake {
    Mistake::new(at, format!("{address} is taken twice"))
}

struct Wrong {
    says: &'static str,
    did_you_mean: Option<String>,
}

impl Wrong {
    fn at(self, at: &str, value: &str) -> Mistake {
        Mistake::new(at, format!("`{value}` {}", self.says)).suggesting(self.did_you_mean)
    }
}

const NOT_AN_ADDRESS: &str = "is not an address such as 127.0.0.1:8400, localhost:8400 or off";

fn address(value: &str, hosts: Hosts) -> Result<SocketAddr, Wrong> {
    let wrong = |says, did_you_mean| Err(Wrong { says, did_you_mean });
    if let Ok(address) = value.parse::<SocketAddr>() {
        return Ok(address);
    }
    if let Ok(port) = value.parse::<u16>() {
        return Ok(SocketAddr::new(LOOPBACK, port));
    }
    if let Ok(ip) = value.trim_matches(['[', ']']).parse::<IpAddr>() {
        return wrong("has no port", Some(SocketAddr::new(ip, 8400).to_string()));
    }
    if let Some((_, rest)) = value.split_once("://") {
        return wrong("is an URL, not an address", Some(rest.trim_end_matches('/').to_owned()));
    }
    let Some((host, port)) = value.rsplit_once(':') else {
        return wrong(NOT_AN_ADDRESS, nearest(value, ["off"]).map(str::to_owned));
    };
    let Ok(port) = port.parse::<u16>() else {
        return wrong("has no port between 0 and 65535", None);
    };
    match host {
        "" => wrong("names no host", Some(format!("127.0.0.1:{port}"))),
        "*" => wrong("names no host", Some(format!("0.0.0.0:{port}"))),
        host if host.contains(':') => wrong(NOT_AN_ADDRESS, None),
        host => match hosts {
            Hosts::LookedUp => resolve(host, port),
            // Port 0 is nobody's: what is not looked up collides with nothing.
            Hosts::Believed if is_dns_name(host) => Ok(SocketAddr::new(LOOPBACK, 0)),
            Hosts::Believed => wrong("names a host that cannot be found", None),
        },
    }
}

/// The first IPv4 address of a name, else the first: one listener per name, also where `localhost` is both 127.0.0.1 and ::1.
fn resolve(host: &str, port: u16) -> Result<SocketAddr, Wrong> {
    let unknown = |says| Wrong { says, did_you_mean: None };
    let found: Vec<SocketAddr> =
        (host, port).to_socket_addrs().map_err(|_| unknown("names a host that cannot be found"))?.collect();
    let first = found.iter().find(|address| address.is_ipv4()).or(found.first());
    first.copied().ok_or_else(|| unknown("names a host that has no address"))
}
