//! Why a job came to nothing, in the reader's words.

use serde::{Deserialize, Serialize};
use skiagraph_dicom::job::WireFailure;

/// A sentence, and whether asking again may help.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Failed {
    sentence: String,
    can_retry: bool,
    is_unreachable: bool,
    status: Option<u16>,
    retry_after_seconds: Option<u32>,
    missing_bytes: Option<u64>,
}

impl Failed {
    /// The data are at fault: asking again gives the same.
    pub(crate) fn data(message: &impl ToString) -> Self {
        Self {
            sentence: sentence(message),
            can_retry: false,
            is_unreachable: false,
            status: None,
            retry_after_seconds: None,
            missing_bytes: None,
        }
    }

    /// The line is at fault: asking again may help.
    pub(crate) fn line(message: &impl ToString) -> Self {
        Self {
            sentence: sentence(message),
            can_retry: true,
            is_unreachable: false,
            status: None,
            retry_after_seconds: None,
            missing_bytes: None,
        }
    }

    /// This worker has no room for so many bytes.
    pub(crate) fn memory(n_bytes: u64) -> Self {
        Self {
            missing_bytes: Some(n_bytes),
            ..Self::data(&"there is no memory for this image")
        }
    }

    pub(crate) fn unreachable() -> Self {
        Self {
            is_unreachable: true,
            ..Self::line(&"the archive cannot be reached")
        }
    }

    /// The token is not for this address.
    pub(crate) fn foreign() -> Self {
        Self::data(&"the address of this image is none of the archive's own; it is not asked for")
    }

    pub(crate) fn cut() -> Self {
        Self::line(&"the answer ended too early")
    }

    pub(crate) fn silent() -> Self {
        Self::line(&"the archive sent nothing for too long")
    }

    pub(crate) fn unreadable_file() -> Self {
        Self::data(&"the file can no longer be read; open it again")
    }

    /// An HTTP status other than success.
    pub(crate) fn status(code: u16) -> Self {
        let (words, can_retry) = match code {
            401 => ("your sign-in has ended", false),
            403 => ("you have no permission for this image", false),
            404 | 410 => ("this image is no longer on the server", false),
            406 | 415 => (
                "the archive cannot send this image in a form that this viewer reads",
                false,
            ),
            408 | 429 | 503 => ("the archive is busy", true),
            500..=599 => ("the archive reports an error of its own", true),
            _ => ("the archive refuses to send this image", false),
        };
        Self {
            sentence: sentence(&format!("{words} ({code})")),
            can_retry,
            is_unreachable: false,
            status: Some(code),
            retry_after_seconds: None,
            missing_bytes: None,
        }
    }

    /// The same, with how long the archive asks to wait.
    pub(crate) fn after(self, retry_after_seconds: Option<u32>) -> Self {
        Self {
            retry_after_seconds,
            ..self
        }
    }

    /// The same, with what was tried after it in vain.
    pub(crate) fn and(mut self, words: &str) -> Self {
        let head = self.sentence.trim_end_matches('.');
        self.sentence = format!("{head}; {words}.");
        self
    }
}

impl From<Failed> for WireFailure {
    fn from(failed: Failed) -> Self {
        let Failed {
            sentence,
            can_retry,
            is_unreachable,
            status,
            retry_after_seconds,
            missing_bytes,
        } = failed;
        Self {
            sentence,
            can_retry,
            is_unreachable,
            status,
            retry_after_seconds,
            missing_bytes,
        }
    }
}

/// An error's message as a sentence for the page.
pub(crate) fn sentence(message: &impl ToString) -> String {
    let text = message.to_string();
    let mut letters = text.trim_end_matches('.').chars();
    let first: String = letters
        .next()
        .map(|letter| letter.to_uppercase().collect())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
