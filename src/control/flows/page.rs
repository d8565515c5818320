//! What does someone see who follows "See this sign-in as a diagram"? The picture, and the same in words.

use askama::Template;

use super::{Flow, to_inline_svg};

/// The page of a flow, or of none.
#[derive(Clone, Template)]
#[template(path = "control/flow.html")]
pub struct FlowPage {
    /// Fresh for each response, as in the header that `http/page.rs` sends.
    nonce: String,
    /// The prefix of the world, `""` or `/w/{world}`.
    base: String,
    version: &'static str,
    flow: Option<Flow>,
    /// The picture, escaped by who drew it.
    drawing: String,
}

impl FlowPage {
    /// The page of this flow; without one it says that there is none.
    pub fn new(flow: Option<Flow>, base: &str, nonce: &str) -> Self {
        Self {
            nonce: nonce.to_owned(),
            base: base.to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            drawing: flow.as_ref().map_or_else(String::new, |flow| to_inline_svg(flow, nonce)),
            flow,
        }
    }
}
