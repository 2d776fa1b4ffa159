//! Code blocks: what a block decoder is given (ISO/IEC 15444-1 Annex D, 15444-15 clause 7), and which one decodes it.

mod contexts;
mod ebcot;
mod ht;
mod mq;
mod passes;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use crate::Error;
use passes::Planes;

/// Subband a block belongs to (ISO/IEC 15444-1 Table D.1 and F.3): first letter horizontal, second vertical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// Low pass both ways.
    Ll,
    /// Horizontally high pass.
    Hl,
    /// Vertically high pass.
    Lh,
    /// High pass both ways.
    Hh,
}

/// Code-block style byte of COD and COC (ISO/IEC 15444-1 Table A.19, 15444-15 Table A.4), as it stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style(pub u8);

impl Style {
    /// Selective arithmetic coding bypass: later passes are raw bits.
    pub const fn is_bypass(self) -> bool {
        self.0 & 0x01 != 0
    }
    /// Context probabilities start anew with each pass.
    pub const fn resets_contexts(self) -> bool {
        self.0 & 0x02 != 0
    }
    /// Each pass ends its codeword segment.
    pub const fn terminates_each_pass(self) -> bool {
        self.0 & 0x04 != 0
    }
    /// Contexts do not look into the next stripe.
    pub const fn is_vertically_causal(self) -> bool {
        self.0 & 0x08 != 0
    }
    /// The bits after a terminated segment can be told; they are not checked.
    pub const fn has_predictable_termination(self) -> bool {
        self.0 & 0x10 != 0
    }
    /// Each cleanup pass ends with the symbol 1010.
    pub const fn has_segmentation_symbols(self) -> bool {
        self.0 & 0x20 != 0
    }
    /// High throughput (HTJ2K) blocks.
    pub const fn is_high_throughput(self) -> bool {
        self.0 & 0x40 != 0
    }
    /// HTJ2K and MQ blocks side by side: refused.
    pub const fn is_mixed(self) -> bool {
        self.0 & 0x80 != 0
    }
}

/// One codeword segment of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Bytes of `Block::data` that are this segment's; it begins where the one before ends.
    pub len: u32,
    /// Coding passes the packet headers count for it.
    pub passes: u8,
}

/// One code block as the packets deliver it.
///
/// MQ: the segments are those of ISO/IEC 15444-1 D.4.2 and D.6 (one, or more with termination or bypass).
/// HT: the first segment is the cleanup pass, the second (if any) the refinement passes (15444-15 clause 7.1).
/// The passes of the first include placeholder passes: of Z passes in all, floor((Z-1)/3) sets of three are placeholders.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// Columns, 1 to 1024; columns x rows is at most 4096.
    pub width: u32,
    /// Rows, 1 to 1024.
    pub height: u32,
    /// All coded bytes, segments joined. May be shorter than the segments say (truncated file).
    pub data: &'a [u8],
    /// Codeword segments, in order.
    pub segments: &'a [Segment],
    /// Zero bit planes told by the packet header (P of B.10.5).
    pub missing_bit_planes: u8,
    /// Mb of the subband (equation E-2), without the region of interest shift.
    pub bit_planes: u8,
    /// Subband.
    pub orientation: Orientation,
    /// Code-block style.
    pub style: Style,
    /// Region of interest shift s of RGN (Annex H); undone here. 0 without.
    pub roi_shift: u8,
}

/// Decodes blocks one after the other; what it works in is kept between them.
#[derive(Debug, Default)]
pub struct Decoder {
    planes: Planes,
    ht: ht::Scratch,
}

impl Decoder {
    /// A decoder with nothing allocated yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes `block.width` x `block.height` quantized coefficients to `out`, rows `stride` apart, row by row from `out[0]`;
    /// every one of them is written, zeros too.
    ///
    /// Each is two's complement with one fraction bit, sign x (2|q| + half the uncertainty interval): 2|q| + 1 where all
    /// bit planes were decoded, 0 where q is 0. Reversible: `value / 2` (towards zero). Irreversible: `value * 0.5 * step`.
    /// That is OpenJPEG's reconstruction (r = 0.5 of equation E-6 and E-8, at truncated reversible blocks too).
    ///
    /// `Ok(false)`: damaged or cut short, what could be decoded was. Errors: sizes that break the rules, more than
    /// 30 bit planes, mixed HT, several HT sets, a `stride` or `out` too small.
    pub fn decode(
        &mut self,
        block: &Block<'_>,
        out: &mut [i32],
        stride: usize,
    ) -> Result<bool, Error> {
        let (width, height) = (block.width as usize, block.height as usize);
        let is_size_valid = (1..=1024).contains(&width) && (1..=1024).contains(&height);
        if !is_size_valid || width * height > 4096 {
            return Err(Error::Corrupt("a code block has an impossible size"));
        }
        let needed = stride
            .checked_mul(height - 1)
            .map(|n| n.saturating_add(width));
        if stride < width || needed.is_none_or(|needed| needed > out.len()) {
            return Err(Error::Corrupt("a code block does not fit its subband"));
        }
        let planes = u32::from(block.bit_planes) + u32::from(block.roi_shift);
        if planes > 30 {
            return Err(Error::Unsupported("more than 30 bit planes"));
        }
        if block.style.is_mixed() {
            return Err(Error::Unsupported("HTJ2K and JPEG 2000 blocks mixed"));
        }
        if block.style.is_high_throughput() {
            return ht::decode(&mut self.ht, block, out, stride);
        }
        let is_complete = ebcot::decode(&mut self.planes, block);
        self.planes.write(out, stride);
        if block.roi_shift > 0 {
            for row in out.chunks_mut(stride).take(height) {
                row.iter_mut()
                    .take(width)
                    .for_each(|value| unshift(value, block.roi_shift));
            }
        }
        Ok(is_complete)
    }
}

/// Max-shift region of interest (H.1): what is not below 2^s belongs to it, and was shifted up by s.
fn unshift(value: &mut i32, shift: u8) {
    // One bit more, for the fraction.
    if value.unsigned_abs() >> shift > 1 {
        *value = value.signum() * (value.abs() >> shift);
    }
}
