//! How many whole code flows per second does a server complete?
//!
//! A closed loop: each connection signs in, redeems its code, and only then begins again, always as a fresh browser
//! (no cookie survives a flow). Redirects within the server are followed with the cookies met on the way, until one
//! leads to the application. A flow counts when the answer holds both an access token and an id token.
//! Follows RFC 6749 section 4.1 and OpenID Connect Core section 3.1.

mod connection;

use connection::Connection;
use std::io;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const USAGE: &str = "flows ADDRESS CONNECTIONS SECONDS AUTHORIZE_PATH TOKEN_PATH REDIRECT_URI TOKEN_BODY
  TOKEN_BODY is form-encoded; the code is put in the place of {code}.";
/// More pages than this between the request and the application means a loop.
const LONGEST_WAY: usize = 8;

struct Plan {
    address: String,
    connections: usize,
    lasting: Duration,
    authorize: String,
    token: String,
    redirect: String,
    body: String,
}

fn broken(why: impl ToString) -> io::Error {
    io::Error::other(why.to_string())
}

fn plan(words: Vec<String>) -> io::Result<Plan> {
    let words: [String; 7] = words.try_into().map_err(|_| broken(USAGE))?;
    let [address, connections, seconds, authorize, token, redirect, body] = words;
    Ok(Plan {
        connections: connections.parse().map_err(broken)?,
        lasting: Duration::from_secs_f64(seconds.parse().map_err(broken)?),
        address,
        authorize,
        token,
        redirect,
        body,
    })
}

/// The authorization code, after following every redirect that stays on the server.
fn sign_in(connection: &mut Connection, plan: &Plan) -> io::Result<String> {
    let mut path = plan.authorize.clone();
    for _ in 0..LONGEST_WAY {
        let answer = connection.get(&path)?;
        let location = answer.location.ok_or_else(|| broken(format!("{} at {path}: no redirect", answer.status)))?;
        if let Some(query) = location.strip_prefix(&plan.redirect) {
            let code = query.split(['?', '&', '#']).find_map(|pair| pair.strip_prefix("code="));
            return code.map(str::to_owned).ok_or_else(|| broken(format!("no code in {location}")));
        }
        path = match location.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]).to_owned(),
            None => location,
        };
    }
    Err(broken("a redirect loop"))
}

fn flow(connection: &mut Connection, plan: &Plan) -> io::Result<()> {
    connection.forget_cookies();
    let code = sign_in(connection, plan)?;
    connection.forget_cookies();
    let answer = connection.post(&plan.token, &plan.body.replace("{code}", &code))?;
    let both = answer.body.contains("\"access_token\"") && answer.body.contains("\"id_token\"");
    match answer.status {
        200 if both => Ok(()),
        status => Err(broken(format!("{status} at the token endpoint: {}", answer.body))),
    }
}

/// The time each flow took, until the end of the measurement.
fn keep_signing_in(plan: &Plan, end: Instant) -> io::Result<Vec<Duration>> {
    let mut connection = Connection::open(&plan.address)?;
    let mut times = Vec::new();
    while Instant::now() < end {
        let start = Instant::now();
        flow(&mut connection, plan)?;
        times.push(start.elapsed());
    }
    Ok(times)
}

fn measure(plan: &Plan) -> io::Result<Vec<Duration>> {
    let end = Instant::now() + plan.lasting;
    std::thread::scope(|scope| {
        let loops: Vec<_> = (0..plan.connections).map(|_| scope.spawn(|| keep_signing_in(plan, end))).collect();
        let mut all = Vec::new();
        for one in loops {
            all.extend(one.join().map_err(|_| broken("a connection's thread panicked"))??);
        }
        Ok(all)
    })
}

fn main() -> ExitCode {
    let outcome = plan(std::env::args().skip(1).collect()).and_then(|plan| {
        let start = Instant::now();
        Ok((measure(&plan)?, start.elapsed()))
    });
    match outcome {
        Ok((mut times, lasted)) => {
            times.sort_unstable();
            let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
            let (rate, p99) = (times.len() as f64 / lasted.as_secs_f64(), p99.as_secs_f64() * 1e3);
            println!("{} flows, {rate:.1}/s, p99 {p99:.2} ms", times.len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
