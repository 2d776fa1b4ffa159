//! New names for old ones: UIDs, a label for the patient, a number of days; the same for the same salt.

use sha2::{Digest, Sha256};

/// Identifiers of the standard itself stay: they name kinds of things, never a person's.
const STANDARD_ROOT: &str = "1.2.840.10008.";

/// Makes new identifiers out of old ones and a salt, without a table of both. The salt is random and forgotten with the
/// run, so that nobody can find an old identifier by trying.
#[derive(Clone, Debug)]
pub struct Pseudonyms {
    salt: [u8; 32],
}

impl Pseudonyms {
    /// The names of one run.
    pub fn new(salt: [u8; 32]) -> Self {
        Self { salt }
    }

    fn digest(&self, kind: &str, text: &str) -> [u8; 32] {
        let mut hasher = Sha256::new();
        // Each part ends: no two inputs run into the same bytes.
        hasher.update(self.salt);
        hasher.update(kind.as_bytes());
        hasher.update([0]);
        hasher.update(text.as_bytes());
        hasher.finalize().into()
    }

    /// Another UID for `uid`: a UUID of version 8 as an OID (PS3.5 B.2), at most 44 characters. Identifiers of the
    /// standard and empty ones stay.
    pub fn uid(&self, uid: &str) -> String {
        let uid = uid.trim_matches([' ', '\0']);
        if uid.is_empty() || uid.starts_with(STANDARD_ROOT) {
            return uid.to_owned();
        }
        let digest = self.digest("uid", uid);
        let mut number = digest
            .iter()
            .take(16)
            .fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
        // RFC 9562: version 8, variant 0b10.
        number = number & !(0xF << 76) | 8 << 76;
        number = number & !(0b11 << 62) | 0b10 << 62;
        format!("2.25.{number}")
    }

    /// What a patient is called in the copies.
    pub fn label(&self, patient: &str) -> String {
        let [a, b, c, d, ..] = self.digest("patient", patient);
        format!("DEID-{a:02X}{b:02X}{c:02X}{d:02X}")
    }

    /// How many days all dates of the run are moved back: 1 to 3650.
    pub fn days(&self) -> i64 {
        let [a, b, c, d, ..] = self.digest("days", "");
        1 + i64::from(u32::from_be_bytes([a, b, c, d]) % 3650)
    }
}
