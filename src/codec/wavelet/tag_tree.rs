//! Tag trees (ISO/IEC 15444-1 B.10.2): a grid of numbers told bit by bit, shared parts once.

use super::reader::Bits;
use crate::Error;

#[derive(Clone, Copy, Default)]
struct Node {
    /// The value is at least this.
    low: u16,
    /// The value is `low`.
    is_known: bool,
}

/// One level of the tree: a grid half as wide and high as the one below it.
#[derive(Clone, Copy)]
struct Level {
    width: u32,
    offset: usize,
}

pub(super) struct TagTree {
    nodes: Vec<Node>,
    /// From the leaves to the root.
    levels: Vec<Level>,
}

impl TagTree {
    /// A tree over `width` x `height` leaves, of which nothing is known yet.
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (mut width, mut height) = (width, height);
        let mut levels = Vec::new();
        let mut offset = 0;
        while width > 0 && height > 0 {
            levels.push(Level { width, offset });
            offset += width as usize * height as usize;
            if width == 1 && height == 1 {
                break;
            }
            (width, height) = (width.div_ceil(2), height.div_ceil(2));
        }
        Self {
            nodes: vec![Node::default(); offset],
            levels,
        }
    }

    /// Reads what is needed to tell whether the value at `x`, `y` is below `threshold`.
    pub(super) fn is_below(
        &mut self,
        bits: &mut Bits<'_>,
        x: u32,
        y: u32,
        threshold: u16,
    ) -> Result<bool, Error> {
        let mut low = 0;
        let mut is_known = false;
        for (depth, level) in self.levels.iter().enumerate().rev() {
            let index = (y >> depth) as usize * level.width as usize + (x >> depth) as usize;
            let Some(node) = self.nodes.get_mut(level.offset + index) else {
                return Err(Error::Corrupt("a code block outside its tag tree"));
            };
            node.low = node.low.max(low);
            while node.low < threshold && !node.is_known {
                if bits.bit()? == 1 {
                    node.is_known = true;
                } else {
                    node.low += 1;
                }
            }
            (low, is_known) = (node.low, node.is_known);
        }
        Ok(is_known && low < threshold)
    }

    /// The value at `x`, `y`, which is an error above `max`.
    pub(super) fn value(
        &mut self,
        bits: &mut Bits<'_>,
        x: u32,
        y: u32,
        max: u16,
    ) -> Result<u16, Error> {
        for threshold in 1..=max.saturating_add(1) {
            if self.is_below(bits, x, y, threshold)? {
                return Ok(threshold - 1);
            }
        }
        Err(Error::Corrupt("more missing bit planes than there are"))
    }

    /// No value is below `threshold`, and no bit is needed to know it.
    pub(super) fn is_all_above(&self, threshold: u16) -> bool {
        self.nodes.last().is_none_or(|root| root.low >= threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of B.10.2, figure B.13: 6 x 3 leaves; q(0,0) = 1, q(1,0) = 3, q(2,0) = 2 are coded 01111, 001, 101.
    #[test]
    fn the_example_of_the_standard_is_read_back() {
        // 01111 001 101 and padding.
        let mut bits = Bits::new(&[0b0111_1001, 0b1010_0000]);
        let mut tree = TagTree::new(6, 3);
        assert_eq!(tree.value(&mut bits, 0, 0, 9), Ok(1));
        assert_eq!(tree.value(&mut bits, 1, 0, 9), Ok(3));
        assert_eq!(tree.value(&mut bits, 2, 0, 9), Ok(2));
    }

    #[test]
    fn a_threshold_reads_no_more_than_it_needs() {
        // One leaf of value 2: below 1? 0. Below 2? 0. Below 3? 1.
        let mut bits = Bits::new(&[0b0010_0000]);
        let mut tree = TagTree::new(1, 1);
        assert_eq!(tree.is_below(&mut bits, 0, 0, 1), Ok(false));
        assert!(tree.is_all_above(1) && !tree.is_all_above(2));
        assert_eq!(tree.is_below(&mut bits, 0, 0, 2), Ok(false));
        assert_eq!(tree.is_below(&mut bits, 0, 0, 3), Ok(true));
        assert_eq!(tree.is_below(&mut bits, 0, 0, 4), Ok(true));
        assert_eq!(tree.is_below(&mut bits, 0, 0, 2), Ok(false));
        assert_eq!(bits.bits(5), Ok(0));
        assert_eq!(bits.bit(), Err(Error::Truncated));
    }

    #[test]
    fn a_value_without_end_is_an_error() {
        let zeros = [0_u8; 64];
        let mut tree = TagTree::new(1, 1);
        let value = tree.value(&mut Bits::new(&zeros), 0, 0, 74);
        assert!(matches!(value, Err(Error::Corrupt(_))));
    }
}
