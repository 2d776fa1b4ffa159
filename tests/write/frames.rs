//! Encoders as small as they can be, written from the standards, so that decoders are tested without anyone's files.

/// One RLE frame (PS3.5 Annex G) of `planes`, each a byte plane from the most significant on.
pub fn rle(planes: &[Vec<u8>]) -> Vec<u8> {
    let segments: Vec<Vec<u8>> = planes.iter().map(|plane| rle_segment(plane)).collect();
    let mut header = [0_u32; 16];
    header[0] = segments.len() as u32;
    let mut at = 64;
    for (place, segment) in header[1..].iter_mut().zip(&segments) {
        *place = at;
        at += segment.len() as u32;
    }
    header
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .chain(segments.into_iter().flatten())
        .collect()
}

/// Runs of up to 128 equal bytes, all else literal (G.3.1), padded to even length.
fn rle_segment(plane: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for run in plane.chunk_by(|a, b| a == b) {
        for part in run.chunks(128) {
            match part {
                [single] => out.extend([0, *single]),
                many => out.extend([(257 - many.len()) as u8, many[0]]),
            }
        }
    }
    out.resize(out.len().next_multiple_of(2), 0x80);
    out
}

/// What a JPEG of flat blocks is made of.
#[derive(Clone)]
pub struct Jpeg {
    /// Second byte of the frame header's marker: 0xC0 baseline, 0xC1 extended, 0xC2 progressive.
    pub process: u8,
    /// 8 or 12.
    pub bits: u8,
    /// Blocks along a row.
    pub blocks_x: usize,
    /// Level of every 8 x 8 block, row after row, one list a component.
    pub components: Vec<Vec<u16>>,
    /// Component identifiers.
    pub ids: Vec<u8>,
    /// Application segments: marker byte and body.
    pub applications: Vec<(u8, Vec<u8>)>,
}

impl Jpeg {
    /// The codestream (ISO/IEC 10918-1 Annex B). The DC step is 8, so that the level of a block is kept exactly.
    pub fn bytes(&self) -> Vec<u8> {
        let n = self.components.len() as u8;
        let rows = self.components[0].len() / self.blocks_x * 8;
        let mut out = vec![0xFF, 0xD8];
        self.applications
            .iter()
            .for_each(|(marker, body)| segment(&mut out, *marker, body));
        segment(&mut out, 0xDB, &[vec![0], vec![8; 64]].concat());
        let [r0, r1] = (rows as u16).to_be_bytes();
        let [c0, c1] = (self.blocks_x as u16 * 8).to_be_bytes();
        let parts = self.ids.iter().flat_map(|&id| [id, 0x11, 0]);
        segment(
            &mut out,
            self.process,
            &[self.bits, r0, r1, c0, c1, n]
                .into_iter()
                .chain(parts)
                .collect::<Vec<_>>(),
        );
        // DC: sixteen categories of five bits, the code of all ones kept free (C.2); AC: end of block only.
        let counts =
            |n_of_5: u8, n_of_1: u8| [n_of_1, 0, 0, 0, n_of_5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        segment(
            &mut out,
            0xC4,
            &[
                &[0x00],
                counts(16, 0).as_slice(),
                &(0..16).collect::<Vec<u8>>(),
            ]
            .concat(),
        );
        segment(
            &mut out,
            0xC4,
            &[&[0x10], counts(0, 1).as_slice(), &[0]].concat(),
        );
        let parts = self.ids.iter().flat_map(|&id| [id, 0x00]);
        let last = if self.process == 0xC2 { 0 } else { 63 };
        segment(
            &mut out,
            0xDA,
            &[n].into_iter()
                .chain(parts)
                .chain([0, last, 0])
                .collect::<Vec<_>>(),
        );
        out.extend(self.entropy());
        out.extend([0xFF, 0xD9]);
        out
    }

    fn entropy(&self) -> Vec<u8> {
        let mut bits = Bits::default();
        let mut before = vec![0; self.components.len()];
        for block in 0..self.components[0].len() {
            for (levels, before) in self.components.iter().zip(&mut before) {
                let dc = i32::from(levels[block]) - (1 << (self.bits - 1));
                let difference = dc - *before;
                *before = dc;
                let category = 32 - difference.unsigned_abs().leading_zeros();
                bits.push(category, 5);
                // Negative differences are coded less one (F.1.2.1).
                bits.push((difference - i32::from(difference < 0)) as u32, category);
                if self.process != 0xC2 {
                    bits.push(0, 1);
                }
            }
        }
        bits.finish()
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend([0xFF, marker]);
    out.extend((body.len() as u16 + 2).to_be_bytes());
    out.extend(body);
}

/// A bit stream with a zero stuffed behind each 0xFF (B.1.1.5).
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u64,
    n_held: u32,
}

impl Bits {
    fn push(&mut self, value: u32, n: u32) {
        self.held = self.held << n | u64::from(value) & ((1 << n) - 1);
        self.n_held += n;
        while self.n_held >= 8 {
            self.n_held -= 8;
            let byte = (self.held >> self.n_held) as u8;
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.push(0x7F, 7);
        self.out
    }
}
