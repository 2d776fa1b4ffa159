//! The passes of an MQ coded block in their order, from its codeword segments (ISO/IEC 15444-1 D.4 to D.6).

use super::Block;
use super::mq::{Contexts, Mq, Raw, reset};
use super::passes::Planes;

/// Decodes all passes of `block` into `planes`. False where they are damaged or cut short.
pub(super) fn decode(planes: &mut Planes, block: &Block<'_>) -> bool {
    planes.start(
        block.width as usize,
        block.height as usize,
        block.style.is_vertically_causal(),
    );
    let coded = u32::from(block.bit_planes) + u32::from(block.roi_shift);
    let Some(coded) = coded.checked_sub(block.missing_bit_planes.into()) else {
        return false;
    };
    let mut contexts: Contexts = [0; 32];
    reset(&mut contexts);
    let mut is_complete = true;
    let mut data = block.data;
    // The first plane has only a cleanup pass (D.3): passes count on from the two it lacks.
    let mut pass = 2;
    for segment in block.segments {
        let len = segment.len as usize;
        is_complete &= len <= data.len();
        let (bytes, rest) = data.split_at(len.min(data.len()));
        data = rest;
        let end = pass + u32::from(segment.passes);
        if pass < end && end > 3 * coded {
            is_complete = false;
        }
        let end = end.min(3 * coded);
        is_complete &= if is_raw(block, pass) {
            let mut raw = Raw::new(bytes);
            while pass < end && is_raw(block, pass) {
                let one = 1 << (coded - pass / 3);
                raw = match pass % 3 {
                    0 => planes.propagate(raw, block.orientation, one),
                    _ => planes.refine(raw, one),
                };
                pass += 1;
            }
            pass >= end
        } else {
            decode_segment(planes, block, bytes, &mut contexts, &mut pass, end, coded)
        };
    }
    is_complete
}

/// Raw passes are those of significance propagation and refinement from the fifth plane on (Table D.9).
fn is_raw(block: &Block<'_>, pass: u32) -> bool {
    block.style.is_bypass() && pass >= 3 * 4 && pass % 3 != 2
}

fn decode_segment(
    planes: &mut Planes,
    block: &Block<'_>,
    bytes: &[u8],
    contexts: &mut Contexts,
    pass: &mut u32,
    end: u32,
    coded: u32,
) -> bool {
    let mut mq = Mq::new(bytes, contexts);
    let mut is_complete = true;
    while *pass < end && !is_raw(block, *pass) {
        let one = 1 << (coded - *pass / 3);
        mq = match *pass % 3 {
            0 => planes.propagate(mq, block.orientation, one),
            1 => planes.refine(mq, one),
            _ => planes.clean_up(mq, block.orientation, one),
        };
        if *pass % 3 == 2 && block.style.has_segmentation_symbols() {
            is_complete &= mq.has_segmentation_symbol();
        }
        if block.style.resets_contexts() {
            mq.reset();
        }
        *pass += 1;
    }
    is_complete && *pass >= end
}
