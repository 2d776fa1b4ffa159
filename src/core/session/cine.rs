//! Playing: the clock comes in with each animation frame and decides which picture is due (rule D37).

use super::effect::Effect;
use super::session::Session;
use crate::state::command::{Touch, ViewCommand};
use crate::study::cine::{CineTiming, DEFAULT_RATE, Playback};
use crate::study::display_set::{DisplaySet, StackEntry};
use crate::viewport::viewport::{Cine, ViewportId};

/// Slowest and fastest playing, images a second.
const RATES: [f64; 2] = [0.5, 120.0];
/// The rate that is reached is told once in this time, ms.
const METER_MILLIS: f64 = 1000.0;

/// Counts the pictures that really came on the canvas.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meter {
    since_millis: f64,
    n_shown: u32,
    last: Option<usize>,
    rate: Option<f64>,
}

impl Session {
    /// Plays a viewport or pauses it, and those that play together with it.
    pub(super) fn play(&mut self, id: ViewportId) {
        let Some(viewport) = self.state.viewports.get(id) else {
            return;
        };
        let cine = viewport.cine;
        if cine.is_linked && cine.is_playing {
            return self.play_all();
        }
        self.set_playing(id, !cine.is_playing, false);
    }

    /// All viewports from the first image of their loops on, by one clock; or pauses what plays.
    pub(super) fn play_all(&mut self) {
        let ids: Vec<ViewportId> = self.state.visible().map(|(id, ..)| id).collect();
        let is_playing = |id: &ViewportId| self.state.viewports[*id].cine.is_playing;
        let begins = !ids.iter().any(is_playing);
        for id in ids {
            if begins {
                let first = self.loop_of(id)[0];
                ViewCommand::ScrollTo(id, first, Touch::Reader).apply(&mut self.state);
            }
            self.set_playing(id, begins, begins);
        }
    }

    fn set_playing(&mut self, id: ViewportId, is_playing: bool, is_linked: bool) {
        let count = self.wanted(id).map_or(0, |(_, set, ..)| set.entries.len());
        if count < 2 {
            return;
        }
        self.meters.remove(&id);
        let viewport = &self.state.viewports[id];
        let (index, cine) = (viewport.index, viewport.cine);
        ViewCommand::ScrollTo(id, index, Touch::Reader).apply(&mut self.state);
        self.view(ViewCommand::SetCine(
            id,
            Cine {
                is_playing,
                is_linked,
                started: None,
                ..cine
            },
        ));
        if is_playing {
            self.effects.push(Effect::Animate);
        }
    }

    /// First and last position that is played: the reader's, else what the header trims, else all.
    pub(super) fn loop_of(&self, id: ViewportId) -> [usize; 2] {
        let Some((_, set, entry, viewport)) = self.wanted(id) else {
            return [0, 0];
        };
        let last = set.entries.len().saturating_sub(1);
        let trim = entry.header.cine.trim.filter(|_| is_one_film(set, entry));
        let trim = trim.map(|trim| trim.map(|frame| frame as usize));
        let range = viewport.cine.range.or(trim);
        range
            .filter(|[first, end]| first <= end && *end <= last)
            .unwrap_or([0, last])
    }

    /// From the image shown to the end of the loop, or of the stack where that lies before it.
    pub(super) fn loop_from_here(&mut self, id: ViewportId) {
        let [_, last] = self.loop_of(id);
        if let Some((_, set, _, viewport)) = self.wanted(id) {
            let (first, end) = (viewport.index, set.entries.len().saturating_sub(1));
            let last = if first < last { last } else { end };
            self.set_loop(id, Some([first, last]));
        }
    }

    /// To the image shown, from the start of the loop, or of the stack where that lies behind it.
    pub(super) fn loop_to_here(&mut self, id: ViewportId) {
        let [first, _] = self.loop_of(id);
        if let Some((_, _, _, viewport)) = self.wanted(id) {
            let last = viewport.index;
            let first = if first < last { first } else { 0 };
            self.set_loop(id, Some([first, last]));
        }
    }

    /// First and last position that is played, or all; a loop of less than two images is none and changes nothing.
    pub(super) fn set_loop(&mut self, id: ViewportId, range: Option<[usize; 2]>) {
        let Some((_, set, _, viewport)) = self.wanted(id) else {
            return;
        };
        let end = set.entries.len().saturating_sub(1);
        let range = range.map(|range| range.map(|position| position.min(end)));
        if range.is_some_and(|[first, last]| first >= last) {
            return;
        }
        let cine = Cine {
            range,
            started: None,
            ..viewport.cine
        };
        self.view(ViewCommand::SetCine(id, cine));
    }

    pub(super) fn set_frame_rate(&mut self, id: ViewportId, rate: f64) {
        let Some(viewport) = self.state.viewports.get(id) else {
            return;
        };
        if !(rate.is_finite() && rate > 0.0) {
            return;
        }
        let factor = rate.clamp(RATES[0], RATES[1]) / self.frame_rate(id);
        let is_linked = viewport.cine.is_linked;
        for other in 0..self.state.viewports.len() {
            let cine = self.state.viewports[other].cine;
            if other != id && !(is_linked && cine.is_linked) {
                continue;
            }
            let rate = self.frame_rate(other) * factor;
            let cine = Cine {
                frames_per_second: Some(rate.clamp(RATES[0], RATES[1])),
                started: None,
                ..cine
            };
            self.view(ViewCommand::SetCine(other, cine));
        }
    }

    /// Forth and back, or round and round.
    pub(super) fn toggle_sweep(&mut self, id: ViewportId) {
        let is_sweeping = Some(!self.is_sweeping(id));
        if let Some(viewport) = self.state.viewports.get(id) {
            let cine = Cine {
                is_sweeping,
                started: None,
                ..viewport.cine
            };
            self.view(ViewCommand::SetCine(id, cine));
        }
    }

    /// The reader's choice, else what the header prefers: Preferred Playback Sequencing (0018,1244), C.7.6.5.
    pub(super) fn is_sweeping(&self, id: ViewportId) -> bool {
        self.wanted(id).is_some_and(|(_, set, entry, viewport)| {
            let reader = viewport.cine.is_sweeping;
            reader.unwrap_or(is_one_film(set, entry) && entry.header.cine.is_sweep)
        })
    }

    pub(super) fn scale_frame_rate(&mut self, id: ViewportId, factor: f64) {
        self.set_frame_rate(id, self.frame_rate(id) * factor);
    }

    /// The reader moved by hand: playing goes on from there.
    pub(super) fn restart_clock(&mut self, id: ViewportId) {
        if let Some(viewport) = self.state.viewports.get(id) {
            let cine = Cine {
                started: None,
                ..viewport.cine
            };
            ViewCommand::SetCine(id, cine).apply(&mut self.state);
        }
    }

    /// Plays on by the clock: the position is where the time says, whatever was drawn meanwhile.
    pub(super) fn tick(&mut self, now_millis: f64) {
        for id in 0..self.state.viewports.len() {
            let viewport = &self.state.viewports[id];
            if !viewport.cine.is_playing {
                continue;
            }
            let Some(playback) = self.playback(id) else {
                continue;
            };
            self.effects.push(Effect::Animate);
            let now = viewport.index;
            let Some((since, from)) = viewport.cine.started else {
                let cine = Cine {
                    started: Some((now_millis, now)),
                    ..viewport.cine
                };
                ViewCommand::SetCine(id, cine).apply(&mut self.state);
                self.count_shown(id, now_millis);
                continue;
            };
            let is_here = |position: usize| {
                let entry = self
                    .wanted(id)
                    .and_then(|(_, set, ..)| set.entries.get(position));
                entry.is_some_and(|entry| self.frames.raster(&entry.frame).is_some())
            };
            let due = playback.due_of(from, now_millis - since, is_here);
            let index = due.unwrap_or(now);
            if index != now {
                self.direction = if index > now { 1 } else { -1 };
                self.view(ViewCommand::ScrollTo(id, index, Touch::Reader));
            }
            self.count_shown(id, now_millis);
        }
    }

    /// A picture counts when it is the one that is due and stands on the canvas.
    fn count_shown(&mut self, id: ViewportId, now_millis: f64) {
        let shown = self.wanted(id).and_then(|(_, _, entry, viewport)| {
            (viewport.on_canvas.as_ref() == Some(&entry.frame)).then_some(viewport.index)
        });
        let meter = self.meters.entry(id).or_insert(Meter {
            since_millis: now_millis,
            last: shown,
            ..Meter::default()
        });
        if shown.is_some() && shown != meter.last {
            meter.last = shown;
            meter.n_shown += 1;
        }
        let passed = now_millis - meter.since_millis;
        if passed >= METER_MILLIS {
            meter.rate = Some(f64::from(meter.n_shown) * 1000.0 / passed);
            meter.since_millis = now_millis;
            meter.n_shown = 0;
        }
    }

    /// Images a second that really came on the canvas, once a second of playing has passed.
    pub(super) fn shown_rate(&self, id: ViewportId) -> Option<f64> {
        let viewport = self.state.viewports.get(id)?;
        let meter = self.meters.get(&id)?;
        meter.rate.filter(|_| viewport.cine.is_playing)
    }

    /// Images a second on the mean: the reader's, the header's, or 10 for a stack without time.
    pub(super) fn frame_rate(&self, id: ViewportId) -> f64 {
        let told = self.wanted(id).and_then(|(_, _, entry, viewport)| {
            let reader = viewport.cine.frames_per_second;
            reader.or_else(|| entry.header.cine.rate())
        });
        told.unwrap_or(DEFAULT_RATE).clamp(RATES[0], RATES[1])
    }

    /// How the stack of a viewport is played: by its header's times where it is one film, else evenly.
    fn playback(&self, id: ViewportId) -> Option<Playback> {
        let (_, set, entry, viewport) = self.wanted(id)?;
        let count = set.entries.len();
        let header = &entry.header;
        let mut timing = CineTiming::default();
        if is_one_film(set, entry) {
            timing = header.cine.clone();
        } else if let Some(rate) = header.cine.rate() {
            timing.times = Some(crate::study::cine::FrameTimes::Uniform(1000.0 / rate));
        }
        timing.is_sweep = self.is_sweeping(id);
        let range = self
            .loop_of(id)
            .map(|position| u32::try_from(position).ok());
        timing.trim = range[0].zip(range[1]).map(|(first, last)| [first, last]);
        Some(Playback::new(
            count,
            &timing,
            viewport.cine.frames_per_second,
        ))
    }
}

/// True where the stack is one multi-frame instance, whose header tells how to play it.
fn is_one_film(set: &DisplaySet, entry: &StackEntry) -> bool {
    entry.header.n_frames as usize == set.entries.len()
}
