//! DICOM files of this computer: read, taken apart, and told where each frame lies; nothing is decoded here.

use crate::blob::read;
use crate::failed::{Failed, sentence};
use js_sys::{Array, Uint8Array};
use skiagraph_dicom::document;
use skiagraph_dicom::job::{WireDocument, WireFile};
use skiagraph_dicom::pixels::part10::{self, FrameTable, Part10};
use std::borrow::Cow;
use web_sys::Blob;

/// Offset and length of the pieces of each frame.
type Pieces = Vec<Vec<(u64, u64)>>;

/// Takes a file apart. Where the frames do not lie in the file as they are decoded (a deflated data set, swapped words,
/// frames that do not begin on a byte), a second blob holds them, and the pieces are in that.
pub(crate) async fn open(blob: &Blob) -> Result<(WireFile, Option<Blob>), Failed> {
    let bytes = read(blob).await?;
    let part10 = part10::open(&bytes).map_err(|error| Failed::data(&error))?;
    let (frames, replaced) = match (&part10.frames, &part10.inflated) {
        (FrameTable::Encapsulated { fragments }, inflated) => (
            fragments.clone(),
            inflated.as_deref().map(to_blob).transpose()?,
        ),
        (FrameTable::None, inflated) => (
            Pieces::new(),
            // A document of a deflated file lies in what was inflated.
            inflated
                .as_deref()
                .filter(|_| part10.document.is_some())
                .map(to_blob)
                .transpose()?,
        ),
        (FrameTable::Native { .. }, None) => match in_place(&part10, &bytes) {
            Some(frames) => (frames, None),
            None => rewritten(&part10, &bytes)?,
        },
        (FrameTable::Native { .. }, Some(_)) => rewritten(&part10, &bytes)?,
    };
    let file = WireFile {
        instance: instance_uid(&part10.metadata_json),
        transfer_syntax: part10.transfer_syntax.uid().to_owned(),
        frames,
        document: part10.document,
        warnings: part10.warnings.iter().map(sentence).collect(),
        metadata: part10.metadata_json,
    };
    Ok((file, replaced))
}

/// Where the frames lie in the file; `None` where one of them is not there as it is.
fn in_place(part10: &Part10, file: &[u8]) -> Option<Pieces> {
    let place = |index| match part10::frame_bytes(part10, file, index) {
        Ok(Cow::Borrowed(frame)) => {
            let offset = frame.as_ptr().addr().checked_sub(file.as_ptr().addr())?;
            Some(vec![(offset as u64, frame.len() as u64)])
        }
        _ => None,
    };
    (0..part10.n_frames).map(place).collect()
}

/// The frames one after another in a blob of their own.
fn rewritten(part10: &Part10, file: &[u8]) -> Result<(Pieces, Option<Blob>), Failed> {
    let mut frames = Pieces::new();
    let mut all = Vec::new();
    for index in 0..part10.n_frames {
        let frame =
            part10::frame_bytes(part10, file, index).map_err(|error| Failed::data(&error))?;
        frames.push(vec![(all.len() as u64, frame.len() as u64)]);
        all.extend_from_slice(&frame);
    }
    Ok((frames, Some(to_blob(&all)?)))
}

/// Bytes as a blob, which the browser keeps outside this worker's memory.
pub(crate) fn to_blob(bytes: &[u8]) -> Result<Blob, Failed> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence(&parts)
        .map_err(|_| Failed::data(&"the file is larger than the memory there is"))
}

/// What an instance says of itself: `blob` is a DICOM file, or the DICOM JSON of an archive.
pub(crate) async fn describe(blob: &Blob) -> Result<(String, Option<WireDocument>), Failed> {
    let bytes = read(blob).await?;
    let is_json = bytes
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_some_and(|byte| matches!(byte, b'[' | b'{' | 0xEF));
    let json = if is_json {
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        let part10 = part10::open(&bytes).map_err(|error| Failed::data(&error))?;
        part10.metadata_json
    };
    let (description, document) =
        document::describe(&json).map_err(|error| Failed::data(&error))?;
    let text = serde_json::to_string(&description).unwrap_or_default();
    let document = document.map(|document| WireDocument {
        mime: document.mime,
        uri: document.uri,
    });
    Ok((text, document))
}

fn instance_uid(metadata: &str) -> String {
    let data_set: serde_json::Value = serde_json::from_str(metadata).unwrap_or_default();
    let uid = &data_set["00080018"]["Value"][0];
    uid.as_str()
        .unwrap_or_default()
        .trim_end_matches(['\0', ' '])
        .to_owned()
}
