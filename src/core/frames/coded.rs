//! CodedFrames: frames as the archive sent them, within bytes of their own: one that had to go decoded is decoded again, not
//! fetched again.

use super::arriving::Beginning;
use crate::uid::FrameRef;
use std::collections::HashMap;
use std::sync::Arc;

/// Whole answers for frames, least recently used first out.
#[derive(Debug)]
pub struct CodedFrames {
    frames: HashMap<FrameRef, (Arc<Beginning>, u64)>,
    n_bytes: u64,
    budget_bytes: u64,
    turn: u64,
}

impl CodedFrames {
    /// None yet, and never more than `budget_bytes` of them.
    pub fn new(budget_bytes: u64) -> Self {
        Self {
            frames: HashMap::new(),
            n_bytes: 0,
            budget_bytes,
            turn: 0,
        }
    }

    /// Bytes held.
    pub fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// Keeps the whole answer for a frame; others go where the budget asks for it.
    pub fn keep(&mut self, frame: FrameRef, answer: Beginning) {
        let n_bytes = answer.bytes.len() as u64;
        if n_bytes != answer.n_bytes_total || n_bytes > self.budget_bytes {
            return;
        }
        self.turn += 1;
        self.n_bytes += n_bytes;
        let kept = (Arc::new(answer), self.turn);
        if let Some((old, _)) = self.frames.insert(frame, kept) {
            self.n_bytes -= old.bytes.len() as u64;
        }
        while self.n_bytes > self.budget_bytes && self.evict_one() {}
    }

    fn evict_one(&mut self) -> bool {
        let oldest = self.frames.iter().min_by_key(|(_, (_, used))| *used);
        let Some(frame) = oldest.map(|(frame, _)| frame.clone()) else {
            return false;
        };
        if let Some((old, _)) = self.frames.remove(&frame) {
            self.n_bytes -= old.bytes.len() as u64;
        }
        true
    }

    /// The answer for a frame, which is among the last to go then.
    pub fn get(&mut self, frame: &FrameRef) -> Option<Arc<Beginning>> {
        self.turn += 1;
        let (answer, used) = self.frames.get_mut(frame)?;
        *used = self.turn;
        Some(Arc::clone(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uid::{FrameIndex, SopInstanceUid};

    fn frame(n: u32) -> FrameRef {
        FrameRef {
            instance: SopInstanceUid::parse("1.2").unwrap(),
            frame: FrameIndex(n),
        }
    }

    fn answer(n_bytes: usize, n_bytes_total: u64) -> Beginning {
        Beginning {
            bytes: vec![0; n_bytes],
            content_type: String::new(),
            n_bytes_total,
            validator: None,
        }
    }

    #[test]
    fn whole_answers_within_the_budget_and_the_least_recently_used_goes_first() {
        let mut coded = CodedFrames::new(25);
        coded.keep(frame(0), answer(10, 10));
        coded.keep(frame(1), answer(10, 10));
        coded.keep(frame(2), answer(9, 10));
        coded.keep(frame(3), answer(26, 26));
        assert!(coded.get(&frame(2)).is_none() && coded.get(&frame(3)).is_none());
        assert!(coded.get(&frame(0)).is_some());
        coded.keep(frame(4), answer(10, 10));
        assert!(coded.get(&frame(1)).is_none() && coded.get(&frame(0)).is_some());
        coded.keep(frame(4), answer(12, 12));
        assert_eq!(coded.n_bytes(), 22);
    }
}
