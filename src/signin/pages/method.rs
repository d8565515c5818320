//! Which ways to verify are there to choose from, and how does each look?

/// One way to verify, as a tile: a button that sends `action=method:{word}`.
#[derive(Debug, Clone)]
pub struct Tile {
    /// The word that scripts know the method by: `PhoneAppNotification`, `PhoneAppOTP`, `OneWaySMS`,
    /// `TwoWayVoiceMobile`, `FidoKey`, `AccessPass` or `ExternalAuth`.
    pub word: &'static str,
    pub title: String,
    pub detail: String,
}

impl Tile {
    pub(super) fn outline(&self) -> &'static str {
        outline(self.word)
    }
}

/// The picture beside a method: a path to stroke in a square of 24.
pub(super) fn outline(word: &str) -> &'static str {
    match word {
        "PhoneAppNotification" => {
            "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM9.5 12l2 2 3.5-4"
        }
        "PhoneAppOTP" => {
            "M4 6.5h16A1.5 1.5 0 0 1 21.5 8v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 16V8A1.5 1.5 0 0 1 4 6.5zM7 10v4M12 10v4M17 10v4"
        }
        "OneWaySMS" => {
            "M4.5 4h15A1.5 1.5 0 0 1 21 5.5v10a1.5 1.5 0 0 1-1.5 1.5H12l-5 4v-4H4.5A1.5 1.5 0 0 1 3 15.5v-10A1.5 1.5 0 0 1 4.5 4zM7.5 8.5h9M7.5 12.5h5"
        }
        "TwoWayVoiceMobile" => {
            "M5 3h3l2 5-2.5 2a12 12 0 0 0 6.5 6.5l2-2.5 5 2v3a2 2 0 0 1-2.2 2A17.5 17.5 0 0 1 3 5.2 2 2 0 0 1 5 3z"
        }
        "FidoKey" => "M12 15.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM10.7 12.3 20 3M15.5 7.5l3.5 3.5",
        "AccessPass" => "M3 9V6h18v3a3 3 0 0 0 0 6v3H3v-3a3 3 0 0 0 0-6zM14.5 9v6",
        "ExternalAuth" => {
            "M14 4h6v6M20 4l-9 9M10 5H5.5A1.5 1.5 0 0 0 4 6.5v12A1.5 1.5 0 0 0 5.5 20h12a1.5 1.5 0 0 0 1.5-1.5V14"
        }
        _ => "",
    }
}
