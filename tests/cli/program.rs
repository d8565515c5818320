//! Runs the program in an environment of its own.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder for one test, which is also the user's data directory; gone afterwards.
pub struct Folder(PathBuf);

/// What the program said, and how it ended.
pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("standin-cli-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program with nothing of this process's own settings.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_standin"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("STANDIN_")) {
            command.env_remove(name);
        }
        command.env("XDG_DATA_HOME", &self.0).env_remove("NO_COLOR").current_dir(&self.0);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with(arguments, &[])
    }

    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Answer {
        let output = self.program().args(arguments).envs(variables.iter().copied()).output().unwrap();
        Answer {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server that has said where it listens; killed when dropped.
pub struct Server {
    child: Child,
    /// The start-up block, up to the console's address.
    pub block: Vec<String>,
}

impl Server {
    /// What it answers at an address, its head and all.
    pub fn get(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(self.http().replace("http://", "").trim_end_matches('/')).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut block = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let is_last = line.trim_start().starts_with("Console");
            block.push(line);
            if is_last {
                return Self { child, block };
            }
        }
        let code = child.wait().unwrap();
        panic!("it ended with {code} after saying {block:?}");
    }

    /// The addresses that begin with a scheme, as the block has them.
    pub fn addresses(&self, scheme: &str) -> Vec<String> {
        let start = format!("{scheme}://");
        let listening = self.block.iter().filter(|line| !line.contains("Console"));
        listening.filter_map(|line| line.find(&start).map(|at| line[at..].to_owned())).collect()
    }

    pub fn http(&self) -> String {
        self.addresses("http").first().unwrap().clone()
    }

    pub fn https(&self) -> String {
        self.addresses("https").first().unwrap().clone()
    }

    /// What a container engine does; answers the exit code.
    #[cfg(unix)]
    pub fn terminate(mut self) -> i32 {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
