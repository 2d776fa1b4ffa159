//! What a job of the pool hands back, and who waits for it.

use futures_channel::{mpsc, oneshot};
use js_sys::ArrayBuffer;
use skiagraph_dicom::job::{WireBeginning, WireDocument, WireFailure, WireFile, WireFrame};
use web_sys::Blob;

/// What a job hands back.
pub(crate) enum Output {
    /// A frame and its samples.
    Frame(WireFrame, ArrayBuffer),
    /// A file taken apart, and the blob that its frames are in where that is not the file.
    File(Box<WireFile>, Option<Blob>),
    /// Names and contents of an archive's files, and sentences about those left out.
    Unzipped(Vec<String>, Vec<Blob>, Vec<String>),
    /// How far a frame is that is on its way: bytes, of how many, and a coarse picture.
    Arriving(u64, Option<u64>, Option<(WireFrame, ArrayBuffer)>),
    /// The first part of a frame: its bytes, of which answer, a coarse picture, and the buffer of both.
    Begun(u64, WireBeginning, Option<WireFrame>, ArrayBuffer),
    /// A frame of a stream: SOP Instance UID, and what a frame is.
    Streamed(String, WireFrame, ArrayBuffer),
    /// A frame of a stream that is still to be decoded: SOP Instance UID, Transfer Syntax UID, codestream.
    Coded(String, String, ArrayBuffer),
    /// What an instance says of itself, as JSON for the shell, and where its document is.
    Described(String, Option<WireDocument>),
    /// What came of files that are copied without identity: an answer as JSON for the shell, and blobs.
    Copied(String, Vec<Blob>),
}

/// How a job ended.
pub(crate) type Outcome = Result<Output, WireFailure>;

/// Who waits: for one outcome, for one and how far it is meanwhile, or for all that a stream brings until it closes.
pub(crate) enum Answer {
    Once(oneshot::Sender<Outcome>),
    Steps(mpsc::UnboundedSender<Outcome>),
    Many(mpsc::UnboundedSender<Outcome>),
}

impl Answer {
    /// The last word; the other end is gone where nobody waits.
    pub(crate) fn end(self, outcome: Outcome) {
        match self {
            Self::Once(sender) => drop(sender.send(outcome)),
            Self::Steps(sender) | Self::Many(sender) => drop(sender.unbounded_send(outcome)),
        }
    }
}
