//! How does someone sign in for a device that has no browser? RFC 8628, section 3.3.

use super::Frame;
use askama::Template;

/// Asks for the code that the device shows.
///
/// Sends `otc` and no `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/device_code.html")]
pub struct DeviceCode {
    pub frame: Frame,
    pub value: String,
    pub error: Option<String>,
}

/// Asks whether the user meant to sign in to this application; a code sent by a stranger stops here.
///
/// Sends no `action` to continue, `action=cancel` to stop.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/device_confirm.html")]
pub struct DeviceConfirm {
    pub frame: Frame,
    pub upn: String,
    pub app: String,
}

/// Says how it ended. The device goes on by itself.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/device_done.html")]
pub struct DeviceDone {
    pub frame: Frame,
    pub app: String,
    /// False when the user cancelled.
    pub signed_in: bool,
}
