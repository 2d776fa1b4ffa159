//! Action: every tool, key and menu entry, declared once with its name, its key and its help.

/// Where an action stands in the tool bar and in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What the left mouse button or one finger does.
    Tool,
    /// How the picture lies.
    View,
    /// Window presets.
    Window,
    /// Moving through the stack and the series.
    Scroll,
    /// The grid.
    Layout,
    /// The page.
    Page,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its name on the wire and in the page's markup.
    pub id: &'static str,
    /// Its name in the reader's words.
    pub name: &'static str,
    /// One sentence for the help.
    pub help: &'static str,
    /// Keys, the first one is shown; as `KeyboardEvent.key`, with `Shift+`, `Ctrl+` before it where held.
    pub keys: &'static [&'static str],
    /// Where it stands.
    pub group: Group,
}

macro_rules! actions {
    ($($variant:ident $id:literal $group:ident [$($key:literal),*] $name:literal $help:literal;)*) => {
        /// Everything a key or a button can do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $(#[doc = $help] $variant,)* }

        /// The table of all actions, in the order of the tool bar and of the help.
        pub const ACTIONS: &[ActionInfo] = &[$(ActionInfo {
            action: Action::$variant, id: $id, name: $name, help: $help, keys: &[$($key),*], group: Group::$group,
        },)*];
    };
}

actions! {
    ToolWindow "toolWindow" Tool ["w"] "Window" "Drag to change window width (sideways) and center (up and down).";
    ToolScroll "toolScroll" Tool [] "Scroll" "Drag up and down to move through the stack.";
    ToolPan "toolPan" Tool ["p"] "Pan" "Drag to move the picture; the middle button always does.";
    ToolZoom "toolZoom" Tool ["z"] "Zoom" "Drag up or down to zoom; the right button and Ctrl with the wheel always do.";
    ToolProbe "toolProbe" Tool ["q"] "Probe" "Read the value under the pointer.";
    Fit "fit" View ["="] "Fit" "Show the whole picture.";
    OneToOne "oneToOne" View ["0"] "1:1" "One image pixel on one screen pixel.";
    ZoomIn "zoomIn" View ["+"] "Zoom in" "Larger, about the middle of the viewport.";
    ZoomOut "zoomOut" View ["-"] "Zoom out" "Smaller, about the middle of the viewport.";
    RotateRight "rotateRight" View ["r"] "Turn right" "Turn a quarter clockwise.";
    RotateLeft "rotateLeft" View ["Shift+r"] "Turn left" "Turn a quarter counter-clockwise.";
    FlipHorizontal "flipHorizontal" View ["h"] "Flip sideways" "Exchange left and right; the letters follow.";
    FlipVertical "flipVertical" View ["v"] "Flip upside down" "Exchange top and bottom; the letters follow.";
    Invert "invert" View ["i"] "Invert" "Exchange black and white.";
    Interpolation "interpolation" View ["n"] "Smooth" "Smooth enlargement on or off.";
    Planes "planes" View ["Shift+o"] "Graphics" "Show or hide the graphics that come with the image (overlay planes).";
    Shutter "shutter" View ["Shift+c"] "Shutter" "Lift the shutter that covers a part of the image, or put it back.";
    Subtract "subtract" View ["Shift+d"] "Subtract" "Subtract the mask of an angiography, or show the images as they are.";
    Reset "reset" View ["Shift+z"] "Reset" "Back to the first view: window, size, place, turn.";
    Preset1 "preset1" Window ["1"] "Preset 1" "First window preset of the modality.";
    Preset2 "preset2" Window ["2"] "Preset 2" "Second window preset.";
    Preset3 "preset3" Window ["3"] "Preset 3" "Third window preset.";
    Preset4 "preset4" Window ["4"] "Preset 4" "Fourth window preset.";
    Preset5 "preset5" Window ["5"] "Preset 5" "Fifth window preset.";
    Preset6 "preset6" Window ["6"] "Preset 6" "Sixth window preset.";
    Preset7 "preset7" Window ["7"] "Preset 7" "Seventh window preset.";
    Preset8 "preset8" Window ["8"] "Preset 8" "Eighth window preset.";
    HeaderWindow "headerWindow" Window ["9"] "Header window" "The next window of the image's own header.";
    LockWindow "lockWindow" Window ["Shift+w"] "One window for the series" "Use the window of this image for all of the series, or each image's own.";
    Narrower "narrower" Window ["["] "Narrower window" "Window width down by a twentieth.";
    Wider "wider" Window ["]"] "Wider window" "Window width up by a twentieth.";
    MuchNarrower "muchNarrower" Window ["Shift+{"] "Much narrower window" "Window width down by a fifth.";
    MuchWider "muchWider" Window ["Shift+}"] "Much wider window" "Window width up by a fifth.";
    Brighter "brighter" Window ["."] "Brighter" "Window center down by a twentieth of the width.";
    Darker "darker" Window [","] "Darker" "Window center up by a twentieth of the width.";
    MuchBrighter "muchBrighter" Window ["Shift+>"] "Much brighter" "Window center down by a fifth of the width.";
    MuchDarker "muchDarker" Window ["Shift+<"] "Much darker" "Window center up by a fifth of the width.";
    NextImage "nextImage" Scroll ["ArrowDown", "ArrowRight"] "Next image" "One image on.";
    PreviousImage "previousImage" Scroll ["ArrowUp", "ArrowLeft"] "Previous image" "One image back.";
    ForwardTen "forwardTen" Scroll ["Shift+ArrowDown"] "Ten images on" "Ten images on.";
    BackTen "backTen" Scroll ["Shift+ArrowUp"] "Ten images back" "Ten images back.";
    FirstImage "firstImage" Scroll ["Home"] "First image" "To the start of the stack.";
    LastImage "lastImage" Scroll ["End"] "Last image" "To the end of the stack.";
    NextSeries "nextSeries" Scroll ["PageDown"] "Next series" "Show the next series in this viewport.";
    PreviousSeries "previousSeries" Scroll ["PageUp"] "Previous series" "Show the series before in this viewport.";
    NextStack "nextStack" Scroll ["Shift+PageDown"] "Next stack" "Next echo, phase, time or b-value of the series, at the same place.";
    PreviousStack "previousStack" Scroll ["Shift+PageUp"] "Previous stack" "The stack of the series before, at the same place.";
    Play "play" Scroll [" "] "Play" "Play or pause, at the rate the images were taken.";
    Sweep "sweep" Scroll ["Shift+ "] "Forth and back" "Play to the end and back, or round and round.";
    PlayAll "playAll" Scroll ["Shift+a"] "Play all together" "Play all viewports from the first image of their loops on, by one clock, or pause them.";
    LoopStart "loopStart" Scroll ["Shift+Home"] "Loop from here" "The image shown is the first one that is played.";
    LoopEnd "loopEnd" Scroll ["Shift+End"] "Loop to here" "The image shown is the last one that is played.";
    LoopAll "loopAll" Scroll ["Shift+Delete"] "Loop over all" "Play all images of the stack again.";
    Faster "faster" Scroll ["Shift+ArrowRight"] "Play faster" "A quarter faster.";
    Slower "slower" Scroll ["Shift+ArrowLeft"] "Play slower" "A fifth slower, which undoes a quarter faster.";
    Layout1x1 "layout1x1" Layout [] "One viewport" "One viewport.";
    Layout1x2 "layout1x2" Layout [] "Two side by side" "Two viewports side by side.";
    Layout2x2 "layout2x2" Layout [] "Two by two" "Four viewports.";
    NextLayout "nextLayout" Layout ["d"] "Layout" "One, two or four viewports in turn.";
    NextViewport "nextViewport" Layout ["Tab"] "Next viewport" "Make the next viewport the active one.";
    OneUp "oneUp" Layout ["Enter"] "One-up" "The active viewport alone, or the grid again; a double click does it too.";
    PicturesOnly "picturesOnly" Page ["f"] "Pictures only" "Hide everything but the pictures.";
    OverlayLevel "overlayLevel" Page ["o"] "Text on pictures" "All, the least, or no text on the pictures.";
    Chain "chain" Page ["y"] "Why this grey" "Every step from the stored value under the pointer to what is drawn, with its attributes.";
    Preview "preview" Page ["Shift+p"] "Preview first" "On a slow line: all series of the study coarse first, then in full what you look at.";
    Copies "copies" Page ["Shift+x"] "De-identify" "Copies of the study without the patient's identity, to be saved or sent.";
    Attributes "attributes" Page ["Shift+t"] "Attributes" "All attributes of the image's header, to search.";
    Share "share" Page ["Shift+l"] "Copy a link to this image" "A link to the image shown, with its window, for others who may see it; no name stands in it.";
    Help "help" Page ["?", "Shift+?"] "Help" "All keys on one page.";
    StudyList "studyList" Page ["Shift+s"] "Studies" "Back to the list of studies.";
    Cancel "cancel" Page ["Escape"] "Cancel" "Undo the drag in hand, or close what is open.";
}

impl Action {
    /// The action of an id.
    pub fn from_id(id: &str) -> Option<Self> {
        ACTIONS
            .iter()
            .find(|info| info.id == id)
            .map(|info| info.action)
    }

    /// The action of a key: `KeyboardEvent.key` with the modifiers before it (`Shift+r`, `Ctrl+z`).
    pub fn from_key(key: &str) -> Option<Self> {
        ACTIONS
            .iter()
            .find(|info| info.keys.contains(&key))
            .map(|info| info.action)
    }

    /// Number of a preset action, from 0.
    pub fn preset_index(self) -> Option<usize> {
        use Action::{Preset1, Preset2, Preset3, Preset4, Preset5, Preset6, Preset7, Preset8};
        [
            Preset1, Preset2, Preset3, Preset4, Preset5, Preset6, Preset7, Preset8,
        ]
        .iter()
        .position(|&p| p == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_actions_share_a_key_or_an_id() {
        let mut keys: Vec<&str> = ACTIONS
            .iter()
            .flat_map(|info| info.keys.iter().copied())
            .collect();
        let mut ids: Vec<&str> = ACTIONS.iter().map(|info| info.id).collect();
        for list in [&mut keys, &mut ids] {
            let n = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), n);
        }
    }
}
