//! Memory that runs out: less is held from then on, it is tried once more, and the reader is told (faults 41 and 43).

use super::effect::{Effect, RequestId};
use super::session::{Pending, Session};
use super::words::bytes_of;
use crate::frames::budget::smaller;
use crate::frames::frame_store::FrameFailure;

impl Session {
    /// No memory for a frame: what is held and not seen goes, less is held from now on, and the frame is asked for once more
    /// where somebody looks at it; the second time it counts as too large for this computer.
    pub(super) fn frame_out_of_memory(&mut self, request: RequestId, n_bytes: u64) {
        let Some(Pending::Frame(order)) = self.pending.remove(&request) else {
            return;
        };
        self.frames.set_absent(&order.frame);
        if !self.too_large.insert(order.frame.clone()) {
            let size = bytes_of(n_bytes, None);
            let sentence = format!(
                "This computer has no memory left for it: it takes {size}. Close other tabs and programs, then press Retry."
            );
            let failure = FrameFailure {
                sentence,
                can_retry: false,
            };
            return self.lose_frame(order.frame, failure);
        }
        // Frames that were on their way together are refused together: that is one shortage.
        if request < self.short_since {
            return self.settle();
        }
        self.short_since = RequestId(self.next_request);
        let seen = self.wanted_frames();
        self.options.budget_bytes = smaller(self.options.budget_bytes);
        self.frames.shrink(self.options.budget_bytes, &seen);
        self.tables.clear();
        self.problem(
            "The memory of this computer is short.",
            "Images that are not on the screen were dropped and are fetched again when you come to them; your place and \
             window are kept. Closing other tabs and programs helps.",
        );
        self.settle();
    }

    /// The graphics processor's memory is full: half as much of it is used from now on.
    pub(super) fn textures_out_of_memory(&mut self) {
        self.options.texture_bytes = smaller(self.options.texture_bytes);
        let most = bytes_of(self.options.texture_bytes, None);
        self.effects
            .push(Effect::LimitTextures(self.options.texture_bytes));
        self.problems
            .retain(|problem| problem.title != GRAPHICS_MEMORY);
        self.problem(
            GRAPHICS_MEMORY,
            &format!(
                "The page takes no more than {most} of it from now on; the picture is as exact as before, going through a \
                 stack may be slower. Closing other tabs and programs helps."
            ),
        );
        self.settle();
    }
}

const GRAPHICS_MEMORY: &str = "The memory of the graphics device is full.";
