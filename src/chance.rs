//! Where ids, codes and nonces come from: the system, or a seed when a run must be repeatable.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// A source of bytes nobody can guess, unless somebody asked for bytes that everybody can.
#[derive(Debug)]
pub enum Chance {
    /// The system's generator.
    System,
    /// The same bytes in the same order for the same seed and the same world.
    Seeded {
        /// What the stream is made from.
        seed: [u8; 32],
        /// How much of it was used.
        drawn: AtomicU64,
    },
}

/// The digits of user codes: no vowels and nothing that reads like another.
const USER_CODE: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

impl Chance {
    /// The stream of `seed` for one world: two worlds under one seed share no value.
    pub fn new(seed: Option<u64>, world: &str) -> Self {
        match seed {
            None => Chance::System,
            Some(seed) => {
                let mut text = seed.to_be_bytes().to_vec();
                text.extend_from_slice(world.as_bytes());
                let mut start = [0; 32];
                start.copy_from_slice(digest(&SHA256, &text).as_ref());
                Chance::Seeded { seed: start, drawn: AtomicU64::new(0) }
            }
        }
    }

    /// Fills `into`.
    pub fn fill(&self, into: &mut [u8]) {
        match self {
            // The operating system's generator does not fail once it has started; if it did, going on
            // with predictable values would be worse than stopping this request.
            #[allow(clippy::panic, clippy::disallowed_methods)]
            Chance::System => {
                if aws_lc_rs::rand::fill(into).is_err() {
                    panic!("the system has no randomness to give");
                }
            }
            Chance::Seeded { seed, drawn } => {
                for block in into.chunks_mut(32) {
                    let mut text = seed.to_vec();
                    text.extend_from_slice(&drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                    block.copy_from_slice(&digest(&SHA256, &text).as_ref()[..block.len()]);
                }
            }
        }
    }

    /// So many bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A UUID of the random kind.
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// 256 bits as text that fits into a URL.
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// 128 bits as text that fits into a URL.
    pub fn short(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<16>())
    }

    /// Nine letters that a person can read off a screen and type into another (RFC 8628, 6.1).
    pub fn user_code(&self) -> String {
        self.letters(9)
    }

    /// So many letters for people.
    pub fn letters(&self, count: usize) -> String {
        let mut code = String::with_capacity(count);
        while code.len() < count {
            // Rejecting the top of the range keeps every letter equally likely.
            let [byte] = self.bytes::<1>();
            if usize::from(byte) < 240 {
                code.push(char::from(USER_CODE[usize::from(byte) % USER_CODE.len()]));
            }
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_within_its_world_only() {
        let draw = |seed, world: &str| Chance::new(Some(seed), world).secret();
        assert_eq!(draw(7, ""), draw(7, ""));
        assert_ne!(draw(7, ""), draw(8, ""));
        assert_ne!(draw(7, ""), draw(7, "w1"));
        let chance = Chance::new(Some(7), "");
        assert_ne!(chance.secret(), chance.secret());
    }

    #[test]
    fn user_codes_are_nine_readable_letters() {
        let code = Chance::new(None, "").user_code();
        assert_eq!(code.len(), 9);
        assert!(code.bytes().all(|b| USER_CODE.contains(&b)), "{code}");
    }
}
