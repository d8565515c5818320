//! How is the CA's key kept so that nobody else can read it at any instant, and two first starts agree on one?
//!
//! `ca-key.pem` holds key and certificate in one file, written under a lock to a private file and then renamed: a reader
//! sees all of it or nothing. `ca.pem` is the certificate alone, for the clients that are to trust it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::TlsError;

pub(super) fn key_path(dir: &Path) -> PathBuf {
    dir.join("ca-key.pem")
}

/// Makes `dir` (0700) if need be and waits for its lock, which is released on drop.
pub(super) fn lock(dir: &Path) -> io::Result<File> {
    private_dirs().create(dir)?;
    let file = private_file().create(true).truncate(false).open(dir.join("ca.lock"))?;
    match file.lock() {
        // Some network file systems cannot lock; the rename below still never shows half a file.
        Err(error) if error.kind() != ErrorKind::Unsupported => Err(error),
        _ => Ok(file),
    }
}

/// The key file's text, or `None` when there is none: also when its folder is closed to us, which is the same as nowhere to keep it.
pub(super) fn read_key(dir: &Path) -> Result<Option<String>, TlsError> {
    let path = key_path(dir);
    match fs::read_to_string(&path) {
        Ok(text) => match exposed_mode(&path) {
            Some(mode) => Err(TlsError::Exposed { path, mode }),
            None => Ok(Some(text)),
        },
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(TlsError::Corrupt { path, what: "it is not text".to_owned() })
        }
        // Not there a moment ago: another start may put it there now, which whoever takes the lock finds.
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => Ok(None),
        Err(source) if fs::symlink_metadata(&path).is_ok() => Err(TlsError::Unreadable { path, source }),
        Err(_) => Ok(None),
    }
}

pub(super) fn keep_key(dir: &Path, text: &str) -> io::Result<()> {
    write_whole(&key_path(dir), text, private_file())
}

/// Puts the certificate beside the key unless it is there already. A failure only means that there is no file to point at.
pub(super) fn keep_certificate(dir: &Path, pem: &str) -> Option<PathBuf> {
    let path = dir.join("ca.pem");
    if fs::read_to_string(&path).is_ok_and(|kept| kept == pem) {
        return Some(path);
    }
    write_whole(&path, pem, public_file()).ok().map(|()| path)
}

/// A new file under another name, then renamed over `path`.
fn write_whole(path: &Path, text: &str, mut options: OpenOptions) -> io::Result<()> {
    let draft = path.with_extension(format!("pem.{}", std::process::id()));
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = options
        .create_new(true)
        .open(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // Best effort: the first error is the one to report.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn public_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    options
}

#[cfg(unix)]
fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = public_file();
    options.mode(0o600);
    options
}

#[cfg(unix)]
fn private_dirs() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(unix)]
fn exposed_mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

// Elsewhere (Windows) the user's own data folder is private to the user already.
#[cfg(not(unix))]
fn private_file() -> OpenOptions {
    public_file()
}

#[cfg(not(unix))]
fn private_dirs() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    builder
}

#[cfg(not(unix))]
fn exposed_mode(_path: &Path) -> Option<u32> {
    None
}
