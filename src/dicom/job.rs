//! Jobs of a decode worker and its replies: the wire between the page and its workers, known to both.
//!
//! A message is one object: `text` holds a [`Message`] or a [`Reply`] as JSON, `blob` or `blobs` the files that belong to
//! it, `bytes` the buffer that is handed over. No job leaves anything behind in the worker.

use crate::dicomweb::{decode_base64, encode_base64};
use serde::{Deserialize, Serialize};
use skiagraph_core::pixel::descriptor::Photometric;
use skiagraph_core::pixel::raster::Components;
use std::sync::Arc;

pub use crate::wire_descriptor::WireDescriptor;

/// What a worker says, as plain text, once it can take jobs.
pub const READY: &str = "ready";

/// To a worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Do this; one [`Reply`] that ends the job comes for each, whatever happens.
    Start {
        /// Number of the job.
        id: u64,
        /// What to do.
        work: Work,
    },
    /// Nobody waits for this job any more.
    Cancel {
        /// Number of the job.
        id: u64,
    },
}

/// What to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Work {
    /// Bring one frame of an archive.
    Fetch(Box<FetchJob>),
    /// Bring frames of an archive in one answer, each the only one of its file.
    Stream(Box<StreamJob>),
    /// Decode the one blob or buffer: the bytes of a frame.
    Decode {
        /// What its header says.
        descriptor: WireDescriptor,
        /// Transfer Syntax UID.
        transfer_syntax: Option<String>,
        /// How many times to halve its size, where the codec can; the answer has the size.
        #[serde(default)]
        level: u8,
    },
    /// Take the one blob apart: a DICOM file (PS3.10).
    OpenFile,
    /// Unpack the one blob: a ZIP archive.
    Unzip,
    /// Describe the one blob: a DICOM file, or the DICOM JSON of one instance.
    Describe,
    /// Look at, copy or pack the blobs without the patient's identity: what is to be done, as JSON that the shell writes and
    /// the module of the copies reads.
    Copy {
        /// What to do.
        order: String,
    },
}

/// One frame of an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchJob {
    /// Address of the frame resource (PS3.18 10.4.1.1.6).
    pub url: String,
    /// Root of the archive's services: the authorization is for addresses below it.
    pub root: String,
    /// Accept headers, the next one where a server refuses or nobody can decode what came.
    pub accepts: Vec<String>,
    /// Value of the Authorization header.
    pub authorization: Option<String>,
    /// Send the cookies of this site.
    pub sends_cookies: bool,
    /// Study Instance UID, to be held against what comes.
    pub study: String,
    /// Series Instance UID, likewise.
    pub series: String,
    /// SOP Instance UID, likewise.
    pub instance: String,
    /// Frame number, from 1.
    pub number: u32,
    /// What its header says.
    pub descriptor: WireDescriptor,
    /// Transfer Syntax UID by the metadata.
    pub transfer_syntax: Option<String>,
    /// How many times to halve its size, where the codec can; the answer has the size.
    #[serde(default)]
    pub level: u8,
    /// Only so many bytes of the answer, where the archive sends ranges: then a [`Reply::Begun`] ends the job.
    #[serde(default)]
    pub part_bytes: Option<u64>,
    /// The message's `bytes` are the beginning of the answer: only the rest is to be fetched, and nothing where they are all.
    #[serde(default)]
    pub beginning: Option<WireBeginning>,
    /// Tell how many bytes each resolution needs.
    #[serde(default)]
    pub tells_extents: bool,
    /// Send the answer back behind the samples, where it is at most half as large: [`WireFrame::coded`].
    #[serde(default)]
    pub keeps_coded: bool,
}

/// Which answer the first bytes are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireBeginning {
    /// Content-Type.
    pub content_type: String,
    /// Bytes of the whole answer.
    pub n_bytes_total: u64,
    /// Strong ETag.
    pub validator: Option<String>,
}

/// Frames of a series of an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StreamJob {
    /// The request for all of them, with the words of the first.
    pub fetch: FetchJob,
    /// SOP Instance UID and header of each frame.
    pub frames: Vec<(String, WireDescriptor)>,
}

/// From a worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The bytes are there, decoding begins: from here on the worker owes an answer soon.
    Decoding {
        /// Number of the job.
        id: u64,
    },
    /// A frame is on its way, and slow.
    Arriving {
        /// Number of the job.
        id: u64,
        /// Bytes that are here.
        n_bytes: u64,
        /// Bytes that the answer has, where it says so.
        n_bytes_total: Option<u64>,
        /// A coarse picture, its samples in `bytes`: where one is whole that no word before brought.
        coarse: Option<WireFrame>,
    },
    /// The part of a frame that was asked for: `bytes` are the first bytes of the answer, and the samples of a coarse picture
    /// behind them.
    Begun {
        /// Number of the job.
        id: u64,
        /// Bytes of the answer that are here.
        n_bytes: u64,
        /// Of which answer.
        beginning: WireBeginning,
        /// A coarse picture, where these bytes hold one.
        coarse: Option<WireFrame>,
    },
    /// A frame; its samples are in `bytes`, little-endian.
    Frame {
        /// Number of the job.
        id: u64,
        /// All but the samples.
        frame: WireFrame,
    },
    /// A frame of a stream; its samples are in `bytes`.
    Streamed {
        /// Number of the job.
        id: u64,
        /// SOP Instance UID by the file.
        instance: String,
        /// All but the samples.
        frame: WireFrame,
    },
    /// A frame of a stream that is still to be decoded, which takes more than one worker: its codestream is in `bytes`.
    Coded {
        /// Number of the job.
        id: u64,
        /// SOP Instance UID by the file.
        instance: String,
        /// Transfer Syntax UID by the file.
        transfer_syntax: String,
    },
    /// The stream is over.
    Ended {
        /// Number of the job.
        id: u64,
    },
    /// A DICOM file was taken apart.
    File {
        /// Number of the job.
        id: u64,
        /// What it holds.
        file: Box<WireFile>,
    },
    /// A ZIP archive was unpacked: `blobs` are the files.
    Unzipped {
        /// Number of the job.
        id: u64,
        /// Their names, in the order of the blobs.
        names: Vec<String>,
        /// Sentences about entries that were left out.
        refused: Vec<String>,
    },
    /// What an instance says of itself.
    Described {
        /// Number of the job.
        id: u64,
        /// The report as lines and every attribute, as JSON for the shell; patient data.
        description: String,
        /// Its encapsulated document, where it has one.
        document: Option<WireDocument>,
    },
    /// What came of a [`Work::Copy`]; files and pictures are in `blobs`.
    Copied {
        /// Number of the job.
        id: u64,
        /// The answer as JSON for the shell; patient data.
        answer: String,
    },
    /// It came to nothing.
    Failed {
        /// Number of the job.
        id: u64,
        /// Why.
        failure: WireFailure,
    },
}

impl Reply {
    /// Number of the job.
    pub fn id(&self) -> u64 {
        match *self {
            Self::Decoding { id }
            | Self::Arriving { id, .. }
            | Self::Begun { id, .. }
            | Self::Frame { id, .. }
            | Self::Streamed { id, .. }
            | Self::Coded { id, .. }
            | Self::Ended { id }
            | Self::File { id, .. }
            | Self::Unzipped { id, .. }
            | Self::Described { id, .. }
            | Self::Copied { id, .. }
            | Self::Failed { id, .. } => id,
        }
    }
}

/// A decoded frame without its samples.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireFrame {
    /// Pixel rows.
    pub rows: u32,
    /// Pixel columns.
    pub columns: u32,
    /// Three bytes a pixel, R G B; else one stored value.
    pub is_rgb: bool,
    /// NumPy's name of the sample type, as [`skiagraph_core::pixel::samples::Samples::dtype`] gives it.
    pub dtype: String,
    /// Bytes that came over the line.
    pub n_wire_bytes: u64,
    /// What the decoder remarked.
    pub warnings: Vec<String>,
    /// The codestream has lost information.
    pub is_lossy: bool,
    /// How many times its size is halved.
    #[serde(default)]
    pub level: u8,
    /// Overlay bits that lay in the pixel cells: which bit, and one bit a pixel in base64.
    #[serde(default)]
    pub planes: Vec<(u16, String)>,
    /// Components of a colour frame that was asked for with them: Photometric Interpretation, and words in base64.
    #[serde(default)]
    pub components: Option<(String, String)>,
    /// Accept headers that led to nothing before.
    pub n_refused: usize,
    /// Time in which the bytes came over the line.
    #[serde(default)]
    pub transfer_millis: f64,
    /// Bytes from the frame's beginning that each resolution needs, where that was asked.
    #[serde(default)]
    pub level_bytes: Vec<u64>,
    /// Where the samples end in `bytes` and the whole answer begins, and which answer that is.
    #[serde(default)]
    pub coded: Option<Box<(u32, WireBeginning)>>,
}

impl WireFrame {
    /// Planes of a raster for the way back to the page.
    pub fn wire_planes(planes: &[(u16, Arc<[u8]>)]) -> Vec<(u16, String)> {
        planes
            .iter()
            .map(|(bit, bits)| (*bit, encode_base64(bits)))
            .collect()
    }

    /// Components of a raster for the way back to the page.
    pub fn wire_components(components: &Components) -> (String, String) {
        let words = components.values.iter().flat_map(|word| word.to_le_bytes());
        let term = components.photometric.term().to_owned();
        (term, encode_base64(&words.collect::<Vec<u8>>()))
    }

    /// The components as a raster has them.
    pub fn raster_components(&self) -> Option<Components> {
        let (term, text) = self.components.as_ref()?;
        let bytes = decode_base64(text)?;
        let words = bytes.as_chunks::<2>().0.iter();
        Some(Components {
            photometric: Photometric::parse(term)?,
            values: words.map(|&word| u16::from_le_bytes(word)).collect(),
        })
    }

    /// The planes as a raster has them.
    pub fn raster_planes(&self) -> Vec<(u16, Arc<[u8]>)> {
        self.planes
            .iter()
            .filter_map(|(bit, text)| Some((*bit, decode_base64(text)?.into())))
            .collect()
    }
}

/// A DICOM file taken apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireFile {
    /// SOP Instance UID (0008,0018), or empty.
    pub instance: String,
    /// Transfer Syntax UID.
    pub transfer_syntax: String,
    /// The data set without pixels, one object of the DICOM JSON model (PS3.18 F).
    pub metadata: String,
    /// Offset and length in bytes of the pieces of each frame, in the file, or in the reply's blob where it has one.
    pub frames: Vec<Vec<(u64, u64)>>,
    /// Offset and length in bytes of an encapsulated document, likewise.
    pub document: Option<(u64, u64)>,
    /// Sentences about oddities.
    pub warnings: Vec<String>,
}

/// Where an encapsulated document (PS3.3 C.24.2) is to be had.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireDocument {
    /// MIME Type (0042,0012).
    pub mime: String,
    /// BulkDataURI, as the server wrote it; where there is none, the document is in the instance itself.
    pub uri: Option<String>,
}

/// Why a job came to nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireFailure {
    /// A sentence without patient data.
    pub sentence: String,
    /// Asking again may help.
    pub can_retry: bool,
    /// Nothing answered at all: no line, or no server at its end.
    pub is_unreachable: bool,
    /// HTTP status, where there was one.
    pub status: Option<u16>,
    /// How long the archive asks to wait, where it does.
    pub retry_after_seconds: Option<u32>,
    /// There was no memory for it: bytes that it takes.
    #[serde(default)]
    pub missing_bytes: Option<u64>,
}
