//! What every address shares: the request as handlers see it, cookies, and the limits a stranger meets.

pub mod body;
pub mod context;
pub mod cookies;
pub mod kept;
pub mod multipart;
pub mod origin;
pub mod ourselves;
pub mod outbound;
pub mod page;
pub mod params;
pub mod path;
pub mod redirect;
pub mod request;
pub mod trust;
