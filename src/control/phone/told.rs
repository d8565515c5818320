//! What does a phone say about the button that was pressed?

/// What the page says about the button that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The number was wrong.
    WrongNumber,
    /// There was none.
    NumberMissing,
    /// It was answered before.
    Answered,
    /// It came too late.
    Expired,
    /// It is a text.
    NotAnswerable,
    /// There is no such message.
    Gone,
}

impl Told {
    pub(super) const ALL: [Told; 6] =
        [Told::WrongNumber, Told::NumberMissing, Told::Answered, Told::Expired, Told::NotAnswerable, Told::Gone];

    /// The word for it in an address.
    pub fn word(self) -> &'static str {
        match self {
            Told::WrongNumber => "wrong-number",
            Told::NumberMissing => "number-missing",
            Told::Answered => "answered",
            Told::Expired => "expired",
            Told::NotAnswerable => "not-answerable",
            Told::Gone => "gone",
        }
    }

    /// Which word it is.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|told| told.word() == word)
    }

    pub(super) fn sentence(self) -> &'static str {
        match self {
            Told::WrongNumber => {
                "That is not the number on the sign-in page, so the request is denied. Have another one sent there."
            }
            Told::NumberMissing => "To approve, type the number that the sign-in page shows.",
            Told::Answered => "That had been answered already.",
            Told::Expired => "That came too late: the request had expired.",
            Told::NotAnswerable => "A text is answered by typing its code on the sign-in page.",
            Told::Gone => "There is no such message on this phone any more.",
        }
    }
}
