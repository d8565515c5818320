//! How are the facts changed? They are read, thought about and replaced; when somebody else's change came between, they are
//! thought about anew as those left them.

use std::sync::Arc;

use super::{Store, StoreError};
use crate::directory::Directory;

/// How often that is tried.
const TRIES: usize = 20;

/// What thinking about the facts came to; what is said then comes back to who asked.
#[derive(Debug)]
pub enum Thought<T> {
    /// They stay as they are.
    Keep(T),
    /// They become these.
    Become(Box<Directory>, T),
}

impl dyn Store + '_ {
    /// Changes the facts, or leaves them alone.
    pub async fn change<T, E: From<StoreError>>(
        &self,
        mut think: impl AsyncFnMut(Arc<Directory>) -> Result<Thought<T>, E>,
    ) -> Result<T, E> {
        for _ in 0..TRIES {
            let (revision, directory) = self.directory().await?;
            match think(directory).await? {
                Thought::Keep(said) => return Ok(said),
                Thought::Become(directory, said) => {
                    if self.commit(revision, *directory).await? {
                        return Ok(said);
                    }
                }
            }
        }
        Err(StoreError("the world changes too fast to write this down".into()).into())
    }
}
