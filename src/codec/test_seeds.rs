//! Codestreams for tests outside this crate that damage them; each is a few thousand bytes at most.

pub use crate::{
    jpeg_lossless::test_encoder::seeds as jpeg_lossless, jpeg_ls::test_streams::seeds as jpeg_ls,
    wavelet::test_seeds::high_throughput as htj2k, wavelet::test_seeds::mq as jpeg_2000,
};
