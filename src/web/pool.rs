//! The pool of decode workers: jobs to the least busy one, urgent ones first, those that crash one once more.

use crate::outcome::{Answer, Outcome, Output};
use crate::slot::{self, Inbox, Slot, Word};
use futures_channel::{mpsc, oneshot};
use js_sys::ArrayBuffer;
use skiagraph_dicom::job::{Message, Reply, StreamJob, WireFailure, Work};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Worker};

/// Jobs that a worker has at once: while one decodes, the others wait for the line.
const MAX_JOBS: usize = 3;
/// Workers that do not even start, in a row, before the pool gives up.
const MAX_STARTS: u32 = 4;
/// A job that was being decoded when its worker went is to blame for it, and gets one more try.
const BLAME: u32 = 2;
/// One that merely was there, or was being opened, may be to blame.
const SUSPICION: u32 = 1;
/// What a job may gather before it is given up.
const MAX_BLAME: u32 = 4;

/// A job on its way.
pub(crate) struct Task {
    pub(crate) id: u64,
    work: Work,
    /// A blob or a buffer.
    body: Option<JsValue>,
    is_urgent: bool,
    blame: u32,
    /// `None` once nobody waits for it.
    answer: Option<Answer>,
}

struct Shared {
    url: JsValue,
    module: JsValue,
    n_workers: usize,
    slots: RefCell<Vec<Slot>>,
    waiting: RefCell<VecDeque<Task>>,
    next_id: Cell<u64>,
    next_generation: Cell<u32>,
    n_failed_starts: Cell<u32>,
}

/// A handle to the pool.
#[derive(Clone)]
pub(crate) struct Pool(Rc<Shared>);

impl Pool {
    /// A pool of `n` workers of the script at `url` (text or TrustedScriptURL) with the compiled module. The first one
    /// runs already; the others start once it has answered, so that they do not hold up the first picture.
    pub(crate) fn new(url: JsValue, module: JsValue, first: Worker, n: usize) -> Self {
        let pool = Self(Rc::new(Shared {
            url,
            module,
            n_workers: n,
            slots: RefCell::default(),
            waiting: RefCell::default(),
            next_id: Cell::new(1),
            next_generation: Cell::new(1),
            n_failed_starts: Cell::new(0),
        }));
        pool.add_slot(Some(first));
        pool
    }

    /// Gives out a job: its number, to cancel it by, and what it will hand back; nothing comes of a cancelled job.
    pub(crate) fn start(
        &self,
        work: Work,
        body: Option<JsValue>,
        is_urgent: bool,
    ) -> (u64, oneshot::Receiver<Outcome>) {
        let (answer, outcome) = oneshot::channel();
        let id = self.add(work, body, is_urgent, Answer::Once(answer));
        (id, outcome)
    }

    /// Gives out a job that tells how far it is before it ends: its number, and what it tells.
    pub(crate) fn start_told(
        &self,
        work: Work,
        body: Option<JsValue>,
        is_urgent: bool,
    ) -> (u64, mpsc::UnboundedReceiver<Outcome>) {
        let (answer, outcomes) = mpsc::unbounded();
        let id = self.add(work, body, is_urgent, Answer::Steps(answer));
        (id, outcomes)
    }

    /// Gives out a job that brings many frames: its number, and what comes of it until it ends.
    pub(crate) fn stream(&self, job: Box<StreamJob>) -> (u64, mpsc::UnboundedReceiver<Outcome>) {
        let (answer, outcomes) = mpsc::unbounded();
        let id = self.add(Work::Stream(job), None, false, Answer::Many(answer));
        (id, outcomes)
    }

    fn add(&self, work: Work, body: Option<JsValue>, is_urgent: bool, answer: Answer) -> u64 {
        let id = self.0.next_id.get();
        self.0.next_id.set(id + 1);
        self.0.waiting.borrow_mut().push_back(Task {
            id,
            work,
            body,
            is_urgent,
            blame: 0,
            answer: Some(answer),
        });
        self.pump();
        id
    }

    /// Nobody waits for this job any more.
    pub(crate) fn cancel(&self, id: u64) {
        self.0.waiting.borrow_mut().retain(|task| task.id != id);
        for slot in &mut *self.0.slots.borrow_mut() {
            if let Some(task) = slot.tasks.iter_mut().find(|task| task.id == id) {
                task.answer = None;
                slot.post(&Message::Cancel { id }, None);
            }
        }
    }

    /// Ends all workers.
    pub(crate) fn close(&self) {
        self.0.waiting.take();
        for slot in self.0.slots.take() {
            slot.end();
        }
    }

    fn add_slot(&self, worker: Option<Worker>) {
        let slot = self.new_slot(self.0.slots.borrow().len(), worker);
        self.0.slots.borrow_mut().push(slot);
    }

    /// The worker is one that runs already, or a new one.
    fn new_slot(&self, index: usize, worker: Option<Worker>) -> Slot {
        let generation = self.0.next_generation.get();
        self.0.next_generation.set(generation + 1);
        let pool = Rc::downgrade(&self.0);
        let inbox: Inbox = Rc::new(move |word| {
            if let Some(shared) = pool.upgrade() {
                Self(shared).hear(index, generation, word);
            }
        });
        let worker = worker.or_else(|| slot::start(&self.0.url));
        Slot::new(worker, &self.0.module, generation, inbox)
    }

    /// A worker says something; what one that was replaced still says does not count.
    fn hear(&self, index: usize, generation: u32, word: Word) {
        let is_current = self
            .0
            .slots
            .borrow()
            .get(index)
            .is_some_and(|slot| slot.generation == generation);
        if !is_current {
            return;
        }
        match word {
            Word::Ready => {
                self.0.n_failed_starts.set(0);
                self.with_slot(index, |slot| slot.is_ready = true);
            }
            Word::Reply(Reply::Decoding { id }, ..) => {
                self.with_slot(index, |slot| slot.watch(id));
            }
            Word::Reply(
                Reply::Arriving {
                    id,
                    n_bytes,
                    n_bytes_total,
                    coarse,
                },
                bytes,
                _,
            ) => {
                let output = Output::Arriving(n_bytes, n_bytes_total, coarse.zip(bytes));
                self.bring(index, id, Some(output));
            }
            Word::Reply(
                Reply::Streamed {
                    id,
                    instance,
                    frame,
                },
                bytes,
                _,
            ) => {
                let output = bytes.map(|bytes| Output::Streamed(instance, frame, bytes));
                self.bring(index, id, output);
            }
            Word::Reply(
                Reply::Coded {
                    id,
                    instance,
                    transfer_syntax,
                },
                bytes,
                _,
            ) => {
                let output = bytes.map(|bytes| Output::Coded(instance, transfer_syntax, bytes));
                self.bring(index, id, output);
            }
            Word::Reply(reply, bytes, blobs) => {
                self.finish(index, reply, bytes, blobs);
                while (1..self.0.n_workers).contains(&self.0.slots.borrow().len()) {
                    self.add_slot(None);
                }
            }
            Word::Crashed => self.replace(index),
        }
        self.pump();
    }

    fn with_slot<T>(&self, index: usize, change: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        self.0.slots.borrow_mut().get_mut(index).map(change)
    }

    /// Hands on one frame of a stream, or how far a frame is.
    fn bring(&self, index: usize, id: u64, output: Option<Output>) {
        self.with_slot(index, |slot| {
            let task = slot.tasks.iter().find(|task| task.id == id)?;
            let Some(Answer::Many(sender) | Answer::Steps(sender)) = &task.answer else {
                return None;
            };
            // The other end is gone where nobody waits.
            sender.unbounded_send(Ok(output?)).ok()
        });
    }

    fn finish(&self, index: usize, reply: Reply, bytes: Option<ArrayBuffer>, blobs: Vec<Blob>) {
        let id = reply.id();
        let task = self.with_slot(index, |slot| slot.take(id)).flatten();
        let Some(answer) = task.and_then(|task| task.answer) else {
            return;
        };
        let outcome = match reply {
            Reply::Frame { frame, .. } => bytes
                .map(|bytes| Output::Frame(frame, bytes))
                .ok_or_else(crash),
            Reply::Begun {
                n_bytes,
                beginning,
                coarse,
                ..
            } => bytes
                .map(|bytes| Output::Begun(n_bytes, beginning, coarse, bytes))
                .ok_or_else(crash),
            Reply::File { file, .. } => Ok(Output::File(file, blobs.into_iter().next())),
            Reply::Unzipped { names, refused, .. } => Ok(Output::Unzipped(names, blobs, refused)),
            Reply::Described {
                description,
                document,
                ..
            } => Ok(Output::Described(description, document)),
            Reply::Copied { answer, .. } => Ok(Output::Copied(answer, blobs)),
            Reply::Failed { failure, .. } => Err(failure),
            // The channel closes.
            Reply::Ended { .. } => return,
            Reply::Decoding { .. }
            | Reply::Arriving { .. }
            | Reply::Streamed { .. }
            | Reply::Coded { .. } => return,
        };
        let is_full = matches!(&outcome, Err(failure) if failure.missing_bytes.is_some());
        answer.end(outcome);
        if is_full {
            // The memory of a module never shrinks; that of a new worker is small.
            self.replace(index);
        }
    }

    /// A worker is gone or does not come back from a job: a new one takes its place, and its jobs wait again.
    fn replace(&self, index: usize) {
        let fresh = self.new_slot(index, None);
        let Some(old) = self.with_slot(index, |slot| std::mem::replace(slot, fresh)) else {
            return;
        };
        if !old.is_ready {
            self.0.n_failed_starts.set(self.0.n_failed_starts.get() + 1);
        }
        let blamed = old.decoding();
        let mut lost = Vec::new();
        // A stream is not begun again: what it did not bring is asked for alone.
        let is_kept = |task: &Task| !matches!(task.answer, None | Some(Answer::Many(_)));
        for mut task in old.end().into_iter().filter(is_kept) {
            task.blame += match blamed {
                Some(id) if id == task.id => BLAME,
                Some(_) => 0,
                None => SUSPICION,
            };
            if task.blame >= MAX_BLAME {
                lost.push(task);
            } else {
                self.0.waiting.borrow_mut().push_front(task);
            }
        }
        fail(lost, crash);
        if self.0.n_failed_starts.get() >= MAX_STARTS {
            for slot in self.0.slots.take() {
                slot.end();
            }
        }
    }

    /// Gives waiting jobs to workers that have room.
    fn pump(&self) {
        if self.0.slots.borrow().is_empty() {
            return fail(self.0.waiting.take(), no_workers);
        }
        let (mut slots, mut waiting) = (self.0.slots.borrow_mut(), self.0.waiting.borrow_mut());
        while !waiting.is_empty() {
            let free = slots
                .iter_mut()
                .filter(|slot| slot.is_ready && slot.tasks.len() < MAX_JOBS);
            let Some(slot) = free.min_by_key(|slot| slot.tasks.len()) else {
                return;
            };
            let first = waiting.iter().position(|task| task.is_urgent).unwrap_or(0);
            let Some(task) = waiting.remove(first) else {
                return;
            };
            slot.post(
                &Message::Start {
                    id: task.id,
                    work: task.work.clone(),
                },
                task.body.as_ref(),
            );
            slot.tasks.push(task);
        }
    }
}

fn fail(tasks: impl IntoIterator<Item = Task>, failure: fn() -> WireFailure) {
    for answer in tasks.into_iter().filter_map(|task| task.answer) {
        answer.end(Err(failure()));
    }
}

fn crash() -> WireFailure {
    let sentence = "The decoder stopped at this image, twice; the image may be damaged.".to_owned();
    WireFailure {
        sentence,
        can_retry: false,
        is_unreachable: false,
        status: None,
        retry_after_seconds: None,
        missing_bytes: None,
    }
}

fn no_workers() -> WireFailure {
    let sentence = "The decoder could not be started. Load the page again; if it stays like this, tell whoever runs \
                    this site.";
    WireFailure {
        sentence: sentence.to_owned(),
        can_retry: false,
        is_unreachable: false,
        status: None,
        retry_after_seconds: None,
        missing_bytes: None,
    }
}
