//! The decode workers: a ready handshake, the least busy first, a lost one replaced and its jobs tried once more.

use crate::js;
use js_sys::{Array, Object};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

struct Member {
    worker: Worker,
    is_ready: bool,
    /// Jobs sent: number, message, and whether this is the second try.
    jobs: Vec<(f64, Object, bool)>,
    waiting: Vec<Object>,
    _closures: (
        Closure<dyn FnMut(MessageEvent)>,
        Closure<dyn FnMut(JsValue)>,
    ),
}

/// The pool; answers arrive at the callback as the worker's own message objects.
pub(crate) struct Pool {
    members: Vec<Member>,
    url: JsValue,
    module: JsValue,
    on_answer: Rc<dyn Fn(JsValue)>,
    me: std::rc::Weak<RefCell<Pool>>,
}

impl Pool {
    /// As many workers as cores, one to eight.
    pub(crate) fn new(
        url: JsValue,
        module: JsValue,
        n: usize,
        on_answer: Rc<dyn Fn(JsValue)>,
    ) -> Rc<RefCell<Self>> {
        let pool = Rc::new_cyclic(|me| {
            RefCell::new(Self {
                members: Vec::new(),
                url,
                module,
                on_answer,
                me: me.clone(),
            })
        });
        for index in 0..n.clamp(1, 8) {
            let member = pool.borrow().spawn(index);
            pool.borrow_mut().members.extend(member);
        }
        pool
    }

    fn spawn(&self, index: usize) -> Option<Member> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // The address may be a TrustedScriptURL, which only the untyped constructor takes.
        let constructor = js::get(&js_sys::global(), "Worker")
            .dyn_into::<js_sys::Function>()
            .ok()?;
        let worker =
            js_sys::Reflect::construct(&constructor, &Array::of2(&self.url, &options)).ok()?;
        let worker: Worker = worker.unchecked_into();
        let (me, on_answer) = (self.me.clone(), Rc::clone(&self.on_answer));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            let Some(pool) = me.upgrade() else { return };
            if js::text(&data, "kind") == "ready" {
                pool.borrow_mut().set_ready(index);
            } else {
                pool.borrow_mut().set_done(index, js::number(&data, "id"));
                on_answer(data);
            }
        });
        let me = self.me.clone();
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            if let Some(pool) = me.upgrade() {
                Self::replace(&pool, index);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let first = Object::new();
        js::set(&first, "module", &self.module);
        worker.post_message(&first).ok()?;
        Some(Member {
            worker,
            is_ready: false,
            jobs: Vec::new(),
            waiting: Vec::new(),
            _closures: (on_message, on_error),
        })
    }

    fn set_ready(&mut self, index: usize) {
        let Some(member) = self.members.get_mut(index) else {
            return;
        };
        member.is_ready = true;
        for message in member.waiting.drain(..) {
            let _ = member.worker.post_message(&message);
        }
    }

    fn set_done(&mut self, index: usize, id: f64) {
        if let Some(member) = self.members.get_mut(index) {
            member.jobs.retain(|(job, ..)| *job != id);
        }
    }

    /// A worker trapped: a fresh one takes its place and its jobs, once.
    fn replace(pool: &Rc<RefCell<Self>>, index: usize) {
        let fresh = pool.borrow().spawn(index);
        let Some(fresh) = fresh else { return };
        let Some(old) = pool
            .borrow_mut()
            .members
            .get_mut(index)
            .map(|member| std::mem::replace(member, fresh))
        else {
            return;
        };
        old.worker.terminate();
        let on_answer = Rc::clone(&pool.borrow().on_answer);
        for (id, message, was_retried) in old.jobs {
            if was_retried {
                let failed = Object::new();
                js::set(&failed, "id", id);
                js::set(&failed, "kind", "failed");
                js::set(&failed, "sentence", "The decoder broke off on it.");
                js::set(&failed, "canRetry", false);
                on_answer(failed.into());
            } else {
                pool.borrow_mut().send_to(index, id, message, true);
            }
        }
    }

    fn send_to(&mut self, index: usize, id: f64, message: Object, was_retried: bool) {
        let Some(member) = self.members.get_mut(index) else {
            return;
        };
        if member.is_ready {
            let _ = member.worker.post_message(&message);
        } else {
            member.waiting.push(message.clone());
        }
        member.jobs.push((id, message, was_retried));
    }

    /// Gives a job to the least busy worker.
    pub(crate) fn send(&mut self, id: f64, message: Object) {
        let index = self
            .members
            .iter()
            .enumerate()
            .min_by_key(|(_, member)| member.jobs.len())
            .map_or(0, |(at, _)| at);
        self.send_to(index, id, message, false);
    }

    /// Nobody waits for this job any more.
    pub(crate) fn cancel(&mut self, id: f64) {
        for member in &mut self.members {
            if member.jobs.iter().any(|(job, ..)| *job == id) {
                member.jobs.retain(|(job, ..)| *job != id);
                let message = Object::new();
                js::set(&message, "kind", "cancel");
                js::set(&message, "id", id);
                let _ = member.worker.post_message(&message);
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for member in &self.members {
            member.worker.terminate();
        }
    }
}
