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
    pub(super) fn play(&mut self, id: ViewportId) {
        let count = self.wanted(id).map_or(0, |(_, set, ..)| set.entries.len());
        if count < 2 {
            return;
        }
        let cine = self.state.viewports[id].cine;
        let is_playing = !cine.is_playing;
        self.meters.remove(&id);
        let index = self.state.viewports[id].index;
        ViewCommand::ScrollTo(id, index, Touch::Reader).apply(&mut self.state);
        self.view(ViewCommand::SetCine(
            id,
            Cine {
                is_playing,
                started: None,
                ..cine
            },
        ));
        if is_playing {
            self.effects.push(Effect::Animate);
        }
    }

    pub(super) fn set_frame_rate(&mut self, id: ViewportId, rate: f64) {
        let Some(viewport) = self.state.viewports.get(id) else {
            return;
        };
        if rate.is_finite() && rate > 0.0 {
            let cine = Cine {
                frames_per_second: Some(rate.clamp(RATES[0], RATES[1])),
                started: None,
                ..viewport.cine
            };
            self.view(ViewCommand::SetCine(id, cine));
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
            let index = playback.due(from, now_millis - since);
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
