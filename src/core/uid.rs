//! Identities of PS3.3: one newtype per level, so that a series can never be asked for by a study's UID.

use std::fmt;
use std::sync::Arc;

/// A UID that is not one: empty, longer than 64 characters, or with anything but digits and dots (PS3.5 9.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a DICOM UID")]
pub struct UidError;

fn check(text: &str) -> Result<Arc<str>, UidError> {
    let text = text.trim_matches(['\0', ' ']);
    let is_uid = !text.is_empty()
        && text.len() <= 64
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if is_uid {
        Ok(text.into())
    } else {
        Err(UidError)
    }
}

macro_rules! uid {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes digits and dots, at most 64 characters; padding by NUL or space is dropped (PS3.5 9.1).
            pub fn parse(text: &str) -> Result<Self, UidError> {
                check(text).map(Self)
            }
            /// The dotted text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

uid!(
    /// Study Instance UID (0020,000D).
    StudyUid
);
uid!(
    /// Series Instance UID (0020,000E).
    SeriesUid
);
uid!(
    /// SOP Instance UID (0008,0018).
    SopInstanceUid
);
uid!(
    /// Frame of Reference UID (0020,0052).
    FrameOfReferenceUid
);

/// Zero-based index of a frame within its instance; the wire counts from 1 (see [`FrameIndex::number`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameIndex(pub u32);

impl FrameIndex {
    /// The 1-based frame number of PS3.18 frame resources.
    pub fn number(self) -> u32 {
        self.0.saturating_add(1)
    }
}

/// One frame of one instance: what the frame store, the workers and the textures are keyed by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameRef {
    /// The instance the frame belongs to.
    pub instance: SopInstanceUid,
    /// Zero-based index within that instance.
    pub frame: FrameIndex,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ps3_5_9_1_digits_and_dots_up_to_64_characters() {
        assert_eq!(
            StudyUid::parse("1.2.840.10008\0").unwrap().as_str(),
            "1.2.840.10008"
        );
        for bad in ["", "1..2", "1.2a", "../etc", "1.2.", &"1".repeat(65)] {
            assert_eq!(StudyUid::parse(bad), Err(UidError), "{bad}");
        }
    }
}
