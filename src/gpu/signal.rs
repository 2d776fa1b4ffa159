//! Signal: a value that is set once, by a callback of the device, and awaited or listened to elsewhere.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

type Listener<T> = Box<dyn FnOnce(T) + Send>;

struct State<T> {
    value: Option<T>,
    listeners: Vec<Listener<T>>,
}

/// Clones share the value.
pub(crate) struct Signal<T>(Arc<Mutex<State<T>>>);

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone + Send + 'static> Signal<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            value: None,
            listeners: Vec::new(),
        })))
    }

    /// The value, once there is one.
    pub(crate) fn get(&self) -> Option<T> {
        self.lock().value.clone()
    }

    /// Sets the value and tells who waits; only the first call counts.
    pub(crate) fn set(&self, value: T) {
        let mut state = self.lock();
        if state.value.is_some() {
            return;
        }
        state.value = Some(value.clone());
        let listeners = std::mem::take(&mut state.listeners);
        // A listener may ask for the value.
        drop(state);
        for listener in listeners {
            listener(value.clone());
        }
    }

    /// Calls back when the value is set, at once if it is.
    pub(crate) fn listen(&self, listener: impl FnOnce(T) + Send + 'static) {
        let mut state = self.lock();
        match state.value.clone() {
            None => state.listeners.push(Box::new(listener)),
            Some(value) => {
                drop(state);
                listener(value);
            }
        }
    }

    /// Waits for the value.
    pub(crate) async fn wait(&self) -> T {
        poll_fn(|context| match self.get() {
            Some(value) => Poll::Ready(value),
            None => {
                let waker = context.waker().clone();
                self.listen(move |_| waker.wake());
                Poll::Pending
            }
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn only_the_first_value_counts_and_late_listeners_hear_it_too() {
        let signal = Signal::new();
        let (sender, heard) = channel();
        let late = sender.clone();
        signal.listen(move |value| sender.send(value).unwrap());
        signal.set("first");
        signal.set("second");
        signal.listen(move |value| late.send(value).unwrap());
        assert_eq!(heard.iter().collect::<Vec<_>>(), ["first", "first"]);
        assert_eq!(pollster::block_on(signal.wait()), "first");
    }
}
