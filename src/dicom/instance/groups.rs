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

    /// As [`Self::find`] for one attribute, in the frame's own groups or the shared ones only.
    pub(super) fn find_in_groups(&self, sequence: Tag, wanted: Tag) -> Option<&'d DataSet<'a>> {
        [self.frame, self.shared]
            .into_iter()
            .flatten()
            .filter_map(|groups| groups.item(sequence))
            .find(|place| place.has(wanted))
    }

    /// As [`Self::find`] for one attribute, also among what a conversion of single images left without a macro of its
    /// own (Legacy Converted, PS3.3 C.7.6.16.2.25); such attributes may differ from frame to frame.
    pub(super) fn value_place(&self, sequence: Tag, wanted: Tag) -> Option<&'d DataSet<'a>> {
        self.find_in_groups(sequence, wanted)
            .or_else(|| {
                self.find_in_groups(
                    tags::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE,
                    wanted,
                )
            })
            .or_else(|| {
                self.find_in_groups(
                    tags::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE,
                    wanted,
                )
            })
            .or_else(|| self.top.has(wanted).then_some(self.top))
    }

    /// The groups, or the data set itself, that hold a sequence with items.
    pub(super) fn holder(&self, sequence: Tag) -> Option<&'d DataSet<'a>> {
        [self.frame, self.shared, Some(self.top)]
            .into_iter()
            .flatten()
            .find(|place| place.item(sequence).is_some())
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
