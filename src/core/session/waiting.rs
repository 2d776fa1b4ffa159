//! A busy archive (429, 503) is not asked again before the time it names, one behind a cut line not before a growing while;
//! both are asked again by themselves, and not without end (standards 2.5; 5.2, faults 1 and 6).

use super::effect::{Effect, RequestId, WakeId};
use super::event::{Failure, LOCAL_SOURCE, SourceId};
use super::session::{Pending, Session};
use super::words;

/// Longest wait that nobody is asked about, seconds.
const MAX_WAIT_SECONDS: u32 = 120;
/// Waits in a row, without an answer between them, after which the reader decides.
const MAX_WAITS: u32 = 5;

/// What is known of an archive that said it is busy.
#[derive(Clone, Debug, Default)]
pub(super) struct Busy {
    state: BusyState,
    n_waits: u32,
    /// The line is cut; else the archive asked for the wait.
    is_cut: bool,
    /// Requests that go out when the wait is over.
    held: Vec<RequestId>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum BusyState {
    /// It may be asked.
    #[default]
    Free,
    /// It is asked again when this wait is over.
    Waiting { wake: WakeId, seconds: u32 },
    /// It is asked again when the reader says so.
    ForReader,
}

impl Session {
    /// Sends a new request, or keeps it until the archive may be asked.
    pub(super) fn send_or_hold(&mut self, request: RequestId) {
        let Some(Pending::Resource(source, what)) = self.pending.get(&request) else {
            return;
        };
        if let Some(busy) = self.busy.get_mut(source)
            && matches!(busy.state, BusyState::Waiting { .. })
        {
            return busy.held.push(request);
        }
        self.effects.push(Effect::Fetch {
            request,
            source: source.clone(),
            what: what.clone(),
        });
    }

    /// True where a failed request is kept to be sent again; false where it counts as failed.
    pub(super) fn holds_back(&mut self, request: RequestId, failure: &Failure) -> bool {
        let (
            Some(Pending::Resource(source, _)),
            Failure::Status {
                code: 429 | 503,
                retry_after_seconds,
            },
        ) = (self.pending.get(&request), failure)
        else {
            return false;
        };
        let source = source.clone();
        let waits = self.wait(&source, *retry_after_seconds, false);
        let busy = self.busy.entry(source).or_default();
        if waits {
            busy.held.push(request);
        } else {
            // What was kept for the same archive is not kept for ever.
            for kept in std::mem::take(&mut busy.held) {
                self.request_failed(kept, failure);
            }
        }
        waits
    }

    /// A frame is asked for again when the archive may be asked; that is no failure of the frame.
    pub(super) fn frame_refused(&mut self, request: RequestId, retry_after_seconds: Option<u32>) {
        self.frame_held(request, retry_after_seconds, false);
    }

    /// Nothing answered: the frame is asked for again after a while, and an outage is no failure of the frame (fault 1).
    pub(super) fn frame_unreachable(&mut self, request: RequestId) {
        self.frame_held(request, None, true);
    }

    fn frame_held(&mut self, request: RequestId, told_seconds: Option<u32>, is_cut: bool) {
        let Some(Pending::Frame(order)) = self.pending.remove(&request) else {
            return;
        };
        self.frames.set_absent(&order.frame);
        if !self.wait(&order.source, told_seconds, is_cut) {
            let (title, detail) = match is_cut {
                true => (CUT[0].to_owned(), CUT[1].to_owned()),
                false => busy_sentences(told_seconds),
            };
            self.problem(&title, &detail);
        }
        self.settle();
    }

    /// Begins or lengthens a wait; false where the reader has to say when to go on.
    fn wait(&mut self, source: &SourceId, told_seconds: Option<u32>, is_cut: bool) -> bool {
        let busy = self.busy.entry(source.clone()).or_default();
        busy.is_cut = is_cut;
        if told_seconds.is_none() && matches!(busy.state, BusyState::Waiting { .. }) {
            return true;
        }
        let seconds = told_seconds
            .unwrap_or(1 << busy.n_waits.min(MAX_WAITS))
            .max(1);
        match busy.state {
            BusyState::ForReader => return false,
            // Requests that were sent together are refused together: that is one wait.
            BusyState::Waiting { seconds: known, .. } if known >= seconds => return true,
            BusyState::Waiting { .. } => {}
            BusyState::Free => busy.n_waits += 1,
        }
        if seconds > MAX_WAIT_SECONDS || busy.n_waits > MAX_WAITS {
            busy.state = BusyState::ForReader;
            return false;
        }
        let wake = WakeId(self.next_request);
        self.next_request += 1;
        busy.state = BusyState::Waiting { wake, seconds };
        self.effects.push(Effect::Wake {
            wake,
            after_seconds: seconds,
        });
        true
    }

    /// A wait is over: what was kept is sent, and frames are asked for again.
    pub(super) fn woken(&mut self, wake: WakeId) {
        let is_it = |busy: &Busy| matches!(busy.state, BusyState::Waiting { wake: known, .. } if known == wake);
        let Some(busy) = self.busy.values_mut().find(|busy| is_it(busy)) else {
            return;
        };
        busy.state = BusyState::Free;
        for request in std::mem::take(&mut busy.held) {
            self.send_or_hold(request);
        }
        self.settle();
    }

    /// The reader wants it now, from every archive.
    pub(super) fn wait_no_longer(&mut self) {
        for busy in std::mem::take(&mut self.busy).into_values() {
            for request in busy.held {
                self.send_or_hold(request);
            }
        }
    }

    /// An archive that answers is not busy any more; a wait that it asked for is kept all the same.
    pub(super) fn is_answering(&mut self, source: &str) {
        if let Some(busy) = self.busy.get_mut(source) {
            busy.n_waits = 0;
            if busy.state == BusyState::ForReader {
                busy.state = BusyState::Free;
            }
        }
    }

    /// Nothing is asked of the archive of what is open now.
    pub(super) fn is_held_back(&self) -> bool {
        let open = self.first_study();
        let source = open.map(|open| open.link.source.as_str());
        source.is_some_and(|source| {
            source != LOCAL_SOURCE
                && self
                    .busy
                    .get(source)
                    .is_some_and(|busy| busy.state != BusyState::Free)
        })
    }

    /// What the page waits for, of the archive on the screen.
    pub(super) fn waiting_words(&self) -> Option<String> {
        let open = self.first_study();
        let source = open.map_or(&self.list_source, |open| &open.link.source);
        match self.busy.get(source)?.state {
            BusyState::Waiting { seconds, .. } if self.busy.get(source)?.is_cut => Some(format!(
                "The line to the archive is cut. It is tried again in {} by itself; your place is kept.",
                words::duration(seconds)
            )),
            BusyState::Waiting { seconds, .. } => Some(format!(
                "The archive is busy and asks to wait {}. It is asked again by itself; your place is kept.",
                words::duration(seconds)
            )),
            BusyState::Free | BusyState::ForReader => None,
        }
    }
}

/// A line that stays cut.
const CUT: [&str; 2] = [
    "The line to the archive stays cut.",
    "What is here stays and your place is kept. It goes on by itself when this computer is on the line again; press Retry \
     to try now.",
];

/// For the reader, who decides when to go on.
pub(super) fn busy_sentences(retry_after_seconds: Option<u32>) -> (String, String) {
    let detail = match retry_after_seconds {
        Some(seconds) => format!(
            "It asks to wait {}. What is here stays; press Retry then.",
            words::duration(seconds)
        ),
        None => "It stays so. What is here stays; press Retry in a while.".to_owned(),
    };
    ("The archive is busy.".to_owned(), detail)
}
