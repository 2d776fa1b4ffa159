//! Where packets are read from: the tile parts one after the other, headers apart from bodies where they are packed.

use std::{ops::Range, vec};

use super::{marker, tile_part::TileData};
use crate::Error;

pub(super) struct Source<'a> {
    bytes: &'a [u8],
    bodies: vec::IntoIter<Range<usize>>,
    body: Range<usize>,
    packed_headers: Option<&'a [u8]>,
    has_sop: bool,
    has_eph: bool,
}

fn begins_with(bytes: &[u8], marker: u16) -> bool {
    bytes.starts_with(&marker.to_be_bytes())
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8], data: &'a TileData, has_sop: bool, has_eph: bool) -> Self {
        Self {
            bytes,
            bodies: data.bodies.clone().into_iter(),
            body: 0..0,
            packed_headers: data.packed_headers.as_deref(),
            has_sop,
            has_eph,
        }
    }

    /// Bytes left of the tile.
    pub(super) fn n_left(&self) -> u64 {
        let packed = self.packed_headers.map_or(0, <[u8]>::len);
        let rest: usize = self.bodies.as_slice().iter().map(Range::len).sum();
        (self.body.len() + rest + packed) as u64
    }

    /// Offset in the codestream of what comes next.
    pub(super) fn at(&self) -> usize {
        self.body.start
    }

    /// Goes on to the next tile part when this one is used up: a packet does not run across two.
    fn advance(&mut self) {
        while self.body.is_empty() {
            match self.bodies.next() {
                Some(body) => self.body = body,
                None => return,
            }
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.body.clone()).unwrap_or(&[])
    }

    /// Bytes that begin with the next packet header.
    pub(super) fn header(&mut self) -> Result<&'a [u8], Error> {
        self.advance();
        // A.8.1: SOP may stand before any packet, and need not.
        if self.has_sop && begins_with(self.rest(), marker::SOP) {
            self.body.start = (self.body.start + 6).min(self.body.end);
        }
        match self.packed_headers {
            Some(headers) => Ok(headers),
            None if self.body.is_empty() => Err(Error::Truncated),
            None => Ok(self.rest()),
        }
    }

    /// The header had `n_used` bytes; EPH may follow (A.8.2). Where the bytes end within it, they are used up: half a marker
    /// is no body.
    pub(super) fn end_header(&mut self, n_used: usize) {
        let after = |bytes: &[u8]| {
            let rest = bytes.get(n_used..).filter(|_| self.has_eph);
            n_used
                + match rest {
                    Some(rest) if begins_with(rest, marker::EPH) => 2,
                    Some([0xff]) => 1,
                    _ => 0,
                }
        };
        match &mut self.packed_headers {
            Some(headers) => *headers = headers.get(after(headers)..).unwrap_or(&[]),
            None => self.body.start = (self.body.start + after(self.rest())).min(self.body.end),
        }
    }

    /// Offset in the codestream of the next `n` bytes of packet body.
    pub(super) fn take(&mut self, n: u32) -> Result<u32, Error> {
        if n > 0 {
            self.advance();
        }
        if n as usize > self.body.len() {
            return Err(Error::Truncated);
        }
        let offset = u32::try_from(self.body.start).map_err(|_| Error::TooLarge)?;
        self.body.start += n as usize;
        Ok(offset)
    }
}
