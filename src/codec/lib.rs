//! Decoders of our own, where no crate is exact, safe and fast enough: codestream in, samples out, nothing of DICOM.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    feature = "seeds",
    allow(
        clippy::unwrap_used,
        reason = "the streams to test with are right, and no product has them; tests/tidy looks at all else"
    )
)]

#[cfg(any(feature = "jpeg_lossless", feature = "jpeg_ls"))]
mod jpeg_stream;
mod picture;
#[cfg(any(test, feature = "seeds"))]
#[cfg(any(feature = "jpeg_lossless", feature = "jpeg_ls", feature = "wavelet"))]
mod test_picture;
#[cfg(feature = "seeds")]
pub mod test_seeds;

pub use picture::{Error, Header, Limits, Picture};

#[cfg(feature = "jpeg_lossless")]
pub mod jpeg_lossless;
#[cfg(feature = "jpeg_ls")]
pub mod jpeg_ls;

/// Code blocks of JPEG 2000 (MQ) and HTJ2K: coded bytes in, quantized coefficients out.
#[cfg(feature = "wavelet")]
pub mod block;
/// JPEG 2000 and HTJ2K: codestream, packets, wavelet.
#[cfg(feature = "wavelet")]
pub mod wavelet;
