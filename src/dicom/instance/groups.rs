//! Functional groups (PS3.3 C.7.6.16): where an attribute of one frame is looked up.

use crate::attribute::{DataSet, Tag, tags};

/// The three places of one frame's attributes: its own group, the shared one, the data set itself.
#[derive(Clone, Copy)]
pub(super) struct FrameScope<'d, 'a> {
    frame: Option<&'d DataSet<'a>>,
    shared: Option<&'d DataSet<'a>>,
    pub(super) top: &'d DataSet<'a>,
}

impl<'d, 'a> FrameScope<'d, 'a> {
    /// The item of a macro, or the data set itself, that holds at least one of `wanted`: the frame's own group first,
    /// then the shared one (rule D31); attributes of one macro are never mixed from two places.
    pub(super) fn find(&self, sequence: Tag, wanted: &[Tag]) -> Option<&'d DataSet<'a>> {
        let group =
            |groups: Option<&'d DataSet<'a>>| groups.and_then(|groups| groups.item(sequence));
        [group(self.frame), group(self.shared), Some(self.top)]
            .into_iter()
            .flatten()
            .find(|place| wanted.iter().any(|&tag| place.has(tag)))
    }

    /// True where what was found belongs to no functional group.
    pub(super) fn is_top(&self, place: &DataSet<'a>) -> bool {
        std::ptr::eq(self.top, place)
    }
}

/// Items of the Per-frame Functional Groups Sequence.
pub(super) fn n_frame_groups(top: &DataSet<'_>) -> usize {
    top.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
        .count()
}

/// The scopes of all frames; one that stands for all where there are no per-frame groups.
pub(super) fn frame_scopes<'d, 'a>(
    top: &'d DataSet<'a>,
) -> impl Iterator<Item = FrameScope<'d, 'a>> {
    let shared = top.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    let common = (n_frame_groups(top) == 0).then_some(None);
    let frames = top
        .items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
        .chain(common);
    frames.map(move |frame| FrameScope { frame, shared, top })
}
