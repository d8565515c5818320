//! Where does this user's installation keep its data? The XDG base directories, and what macOS and Windows have instead.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folder of this user's local CA; `None` when the environment names no home.
pub fn user_data_dir() -> Option<PathBuf> {
    user_data_dir_from(|name| std::env::var_os(name))
}

/// The same from a given environment. `XDG_DATA_HOME` wins on every system, so that containers and tests can move it.
/// Relative paths are ignored, as the XDG specification says.
pub fn user_data_dir_from(env: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let system = if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else {
        folder("HOME").map(|home| home.join(".local/share"))
    };
    folder("XDG_DATA_HOME").or(system).map(|data| data.join("standin"))
}
