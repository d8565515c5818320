//! How does the load client speak HTTP/1.1 at so little cost that the server is what is measured?
//!
//! One kept-alive connection, blocking, with only what the servers compared need of RFC 9112: a status, a location,
//! cookies, and a body by length or in chunks.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

pub struct Connection {
    stream: BufReader<TcpStream>,
    address: String,
    cookies: BTreeMap<String, String>,
}

#[derive(Default)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

/// What the header lines say about the rest of the message.
#[derive(Default)]
struct Framing {
    length: usize,
    chunked: bool,
    closing: bool,
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

impl Connection {
    pub fn open(address: &str) -> io::Result<Self> {
        Ok(Self { stream: connect(address)?, address: address.to_owned(), cookies: BTreeMap::new() })
    }

    pub fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{}\r\n", self.address, self.cookie_line());
        self.exchange(&request)
    }

    pub fn post(&mut self, path: &str, form: &str) -> io::Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.address,
            self.cookie_line(),
            form.len(),
        );
        self.exchange(&request)
    }

    fn cookie_line(&self) -> String {
        if self.cookies.is_empty() {
            return String::new();
        }
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("Cookie: {}\r\n", pairs.join("; "))
    }

    fn exchange(&mut self, request: &str) -> io::Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut answer = Answer::default();
        let framing = self.read_head(&mut answer)?;
        answer.body = self.read_body(&framing)?;
        if framing.closing {
            self.stream = connect(&self.address)?;
        }
        Ok(answer)
    }

    fn read_head(&mut self, answer: &mut Answer) -> io::Result<Framing> {
        let status = self.read_line()?;
        let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        answer.status = code.ok_or_else(|| malformed("no status line"))?;
        let mut framing = Framing::default();
        loop {
            let line = self.read_line()?;
            if line.is_empty() {
                return Ok(framing);
            }
            let (name, value) = line.split_once(':').ok_or_else(|| malformed("not a header line"))?;
            self.take_header(&name.to_ascii_lowercase(), value.trim(), answer, &mut framing)?;
        }
    }

    fn take_header(&mut self, name: &str, value: &str, answer: &mut Answer, framing: &mut Framing) -> io::Result<()> {
        match name {
            "content-length" => framing.length = value.parse().map_err(|_| malformed("not a length"))?,
            "transfer-encoding" => framing.chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => framing.closing = value.eq_ignore_ascii_case("close"),
            "location" => answer.location = Some(value.to_owned()),
            "set-cookie" => self.take_cookie(value),
            _ => {}
        }
        Ok(())
    }

    fn take_cookie(&mut self, line: &str) {
        let pair = line.split(';').next().unwrap_or_default();
        match pair.split_once('=') {
            Some((name, "")) => drop(self.cookies.remove(name)),
            Some((name, value)) => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            None => {}
        }
    }

    fn read_body(&mut self, framing: &Framing) -> io::Result<String> {
        let mut body = Vec::new();
        if framing.chunked {
            while self.read_chunk(&mut body)? {}
        } else {
            body.resize(framing.length, 0);
            self.stream.read_exact(&mut body)?;
        }
        String::from_utf8(body).map_err(|_| malformed("a body that is not text"))
    }

    /// Adds one chunk to the body; false after the last, which is empty.
    fn read_chunk(&mut self, body: &mut Vec<u8>) -> io::Result<bool> {
        let size = usize::from_str_radix(self.read_line()?.trim(), 16).map_err(|_| malformed("not a chunk size"))?;
        let start = body.len();
        body.resize(start + size, 0);
        self.stream.read_exact(&mut body[start..])?;
        self.read_line()?;
        Ok(size > 0)
    }

    fn read_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        }
    }
}

fn connect(address: &str) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}
