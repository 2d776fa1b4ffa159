//! Which bytes of an answer are asked for, and whether what came is that: many archives do not know ranges (standards 2.5).

use crate::answer::header;
use skiagraph_dicom::dicomweb::content_range::ContentRange;
use skiagraph_dicom::job::{FetchJob, WireBeginning};
use web_sys::Response;

/// What is asked for.
pub(crate) enum Asked<'a> {
    Whole,
    /// So many bytes.
    First(u64),
    /// What comes behind those that are known.
    Rest(&'a [u8], &'a WireBeginning),
}

/// What came.
pub(crate) enum Came {
    /// The whole answer, or none with a body.
    Whole,
    /// The first bytes, and how many.
    First(WireBeginning, u64),
    /// The rest.
    Rest,
    /// What is of no use: it is to be asked for the whole.
    Other,
}

impl<'a> Asked<'a> {
    pub(crate) fn of(job: &'a FetchJob, known: &'a [u8]) -> Self {
        match (job.part_bytes, &job.beginning) {
            (Some(n), _) if n > 0 => Self::First(n),
            // Of an answer that is here whole there is nothing to ask for.
            (_, Some(of)) if (1..of.n_bytes_total).contains(&(known.len() as u64)) => {
                Self::Rest(known, of)
            }
            _ => Self::Whole,
        }
    }

    pub(crate) fn known(&self) -> &'a [u8] {
        match self {
            Self::Rest(known, _) => known,
            _ => &[],
        }
    }

    /// RFC 9110 14.2 and 13.1.5.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Whole => Vec::new(),
            Self::First(n) => vec![("Range", format!("bytes=0-{}", n.saturating_sub(1)))],
            Self::Rest(known, of) => {
                let range = ("Range", format!("bytes={}-", known.len()));
                let same = of.validator.clone().map(|tag| ("If-Range", tag));
                [range].into_iter().chain(same).collect()
            }
        }
    }

    pub(crate) fn came(&self, response: &Response) -> Came {
        let range = header(response, "Content-Range").and_then(|text| ContentRange::parse(&text));
        let content_type = header(response, "Content-Type").unwrap_or_default();
        match (self, response.status(), range) {
            (Self::Whole, ..) => Came::Whole,
            (_, 416, _) => Came::Other,
            (Self::First(_), 206, Some(range)) if range.first == 0 => {
                let strong = |tag: &String| !tag.starts_with("W/");
                let beginning = WireBeginning {
                    content_type,
                    n_bytes_total: range.total,
                    validator: header(response, "ETag").filter(strong),
                };
                Came::First(beginning, range.end)
            }
            (Self::Rest(known, of), 206, Some(range)) => {
                let fits = range.first == known.len() as u64
                    && range.end == range.total
                    && range.total == of.n_bytes_total
                    && content_type == of.content_type;
                if fits { Came::Rest } else { Came::Other }
            }
            (_, 206, _) => Came::Other,
            _ => Came::Whole,
        }
    }
}
