//! Ledger: the records of this visit, each with the hash of the one before; what waits, when it is sent, sent again.
//!
//! Who sends and who hashes is somebody else: answers come in, orders go out.

/// SHA-256 of a record's bytes; 64 hexadecimal digits.
pub type Hash = String;

/// What the first record names as the hash of the one before it.
pub const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// How long a record waits for company, so that the first picture is not held up; well below the 5 s that it may take.
const GATHER_MILLIS: u32 = 2_000;

/// Records on their way at once: as much as a browser takes from a page that ends (64 KiB).
const MAX_ON_THE_WAY: usize = 12;

/// Waits after one, two, ... attempts that came to nothing.
const AGAIN_MILLIS: [u32; 6] = [2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

/// What the outside shall do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Send a record; [`Ledger::delivered`] or [`Ledger::failed`] is told with its number.
    Send {
        /// Its place in the chain, from 1.
        number: u64,
        /// Its bytes.
        body: String,
    },
    /// Call [`Ledger::woken`] after this time.
    Wake {
        /// What for.
        wait: Wait,
        /// From now on.
        after_millis: u32,
    },
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Company for new records.
    Gather,
    /// Another attempt.
    Again,
}

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It waits, or is on its way.
    Pending,
    /// It was tried, and waits to be tried again.
    Undelivered,
    /// The other side has it.
    Delivered,
}

/// A line of the reader's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the chain, from 1.
    pub number: u64,
    /// When, as the record has it.
    pub at: String,
    /// What, in words.
    pub what: String,
    /// Where it is.
    pub delivery: Delivery,
}

#[derive(Debug)]
struct Entry {
    line: Line,
    body: String,
    is_on_the_way: bool,
    n_attempts: usize,
}

impl Entry {
    fn can_be_sent(&self) -> bool {
        self.line.delivery != Delivery::Delivered && !self.is_on_the_way
    }
}

/// The chain of one visit.
#[derive(Debug)]
pub struct Ledger {
    entries: Vec<Entry>,
    last: Hash,
    /// Waits that were ordered and are not over: one of each kind at a time.
    waits: Vec<Wait>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            last: NO_HASH.to_owned(),
            waits: Vec::new(),
        }
    }
}

impl Ledger {
    /// Takes a record in. `compose` makes its bytes from its number and the hash of the one before; `digest` hashes them.
    pub fn note(
        &mut self,
        at: String,
        what: String,
        compose: impl FnOnce(u64, &str) -> String,
        digest: impl FnOnce(&[u8]) -> Hash,
    ) -> u64 {
        let number = self.entries.len() as u64 + 1;
        let body = compose(number, &self.last);
        self.last = digest(body.as_bytes());
        self.entries.push(Entry {
            line: Line {
                number,
                at,
                what,
                delivery: Delivery::Pending,
            },
            body,
            is_on_the_way: false,
            n_attempts: 0,
        });
        number
    }

    /// Sends what waits a little later, together with what comes until then.
    pub fn gather(&mut self) -> Vec<Order> {
        self.wait(Wait::Gather, GATHER_MILLIS)
    }

    /// A wait is over.
    pub fn woken(&mut self, wait: Wait) -> Vec<Order> {
        self.waits.retain(|known| *known != wait);
        // New records do not shorten the wait of old ones.
        let most = match wait {
            Wait::Gather => 0,
            Wait::Again => usize::MAX,
        };
        self.send_those(|entry| entry.n_attempts <= most)
    }

    /// Sends what waits now, what was tried least first: one record that is refused must not hold up the others.
    pub fn send(&mut self) -> Vec<Order> {
        self.send_those(|_| true)
    }

    fn send_those(&mut self, is_meant: impl Fn(&Entry) -> bool) -> Vec<Order> {
        let mut n_on_the_way = self.entries.iter().filter(|e| e.is_on_the_way).count();
        let mut orders = Vec::new();
        while n_on_the_way < MAX_ON_THE_WAY {
            let waiting = self.entries.iter_mut();
            let waiting = waiting.filter(|entry| entry.can_be_sent() && is_meant(entry));
            let Some(entry) = waiting.min_by_key(|entry| entry.n_attempts) else {
                break;
            };
            entry.is_on_the_way = true;
            n_on_the_way += 1;
            orders.push(Order::Send {
                number: entry.line.number,
                body: entry.body.clone(),
            });
        }
        orders
    }

    /// The other side has it: what else waits is sent.
    pub fn delivered(&mut self, number: u64) -> Vec<Order> {
        if let Some(entry) = self.entry(number) {
            entry.is_on_the_way = false;
            entry.line.delivery = Delivery::Delivered;
            entry.body = String::new();
        }
        self.send()
    }

    /// It did not arrive, or was refused: it is tried again later.
    pub fn failed(&mut self, number: u64) -> Vec<Order> {
        let Some(entry) = self.entry(number) else {
            return Vec::new();
        };
        entry.is_on_the_way = false;
        entry.line.delivery = Delivery::Undelivered;
        entry.n_attempts += 1;
        let rung = entry.n_attempts.min(AGAIN_MILLIS.len()) - 1;
        self.wait(Wait::Again, AGAIN_MILLIS[rung])
    }

    /// Some record was tried and did not arrive.
    pub fn is_down(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.line.delivery == Delivery::Undelivered)
    }

    /// Nothing waits and nothing is on its way.
    pub fn is_settled(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.all(|entry| entry.line.delivery == Delivery::Delivered)
    }

    /// All records of this visit, the newest first.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.entries.iter().rev().map(|entry| &entry.line)
    }

    fn entry(&mut self, number: u64) -> Option<&mut Entry> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.entries.get_mut(index)
    }

    fn wait(&mut self, wait: Wait, after_millis: u32) -> Vec<Order> {
        if self.waits.contains(&wait) {
            return Vec::new();
        }
        self.waits.push(wait);
        vec![Order::Wake { wait, after_millis }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Enough of a hash to see what was hashed.
    fn note(ledger: &mut Ledger, what: &str) -> String {
        let mut body = String::new();
        ledger.note(
            "now".into(),
            what.into(),
            |number, previous| {
                body = format!("{number} {what} after {previous}");
                body.clone()
            },
            |bytes| format!("hash of {} bytes", bytes.len()),
        );
        body
    }

    fn sent(orders: &[Order]) -> Vec<u64> {
        let number = |order: &Order| match order {
            Order::Send { number, .. } => Some(*number),
            Order::Wake { .. } => None,
        };
        orders.iter().filter_map(number).collect()
    }

    fn waits(orders: &[Order]) -> Vec<(Wait, u32)> {
        let wait = |order: &Order| match order {
            Order::Wake { wait, after_millis } => Some((*wait, *after_millis)),
            Order::Send { .. } => None,
        };
        orders.iter().filter_map(wait).collect()
    }

    #[test]
    fn each_record_names_the_hash_of_the_one_before() {
        let mut ledger = Ledger::default();
        let first = note(&mut ledger, "login");
        assert_eq!(first, format!("1 login after {NO_HASH}"));
        let second = note(&mut ledger, "query");
        assert_eq!(
            second,
            format!("2 query after hash of {} bytes", first.len())
        );
    }

    /// Standards 4.6: what is recorded is sent within 5 s.
    #[test]
    fn new_records_are_sent_together_within_5_s_also_while_old_ones_wait_long() {
        let mut ledger = Ledger::default();
        note(&mut ledger, "a");
        let [(wait, millis)] = waits(&ledger.gather())[..] else {
            panic!("one wait");
        };
        assert!(millis <= 5_000);
        note(&mut ledger, "b");
        assert_eq!(ledger.gather(), [], "they wait together");
        assert_eq!(sent(&ledger.woken(wait)), [1, 2]);
        assert_eq!(waits(&ledger.failed(1)), [(Wait::Again, 2_000)]);
        assert_eq!(ledger.failed(2), [], "one wait for both");
        note(&mut ledger, "c");
        assert_eq!(waits(&ledger.gather()), [(Wait::Gather, millis)]);
        assert_eq!(
            sent(&ledger.woken(Wait::Gather)),
            [3],
            "the others keep their wait"
        );
    }

    #[test]
    fn what_did_not_arrive_is_tried_again_ever_more_seldom_and_without_end() {
        let mut ledger = Ledger::default();
        note(&mut ledger, "a");
        assert_eq!(sent(&ledger.send()), [1]);
        assert!(!ledger.is_down(), "on its way is not lost");
        let mut rungs = Vec::new();
        for _ in 0..8 {
            rungs.extend(
                waits(&ledger.failed(1))
                    .into_iter()
                    .map(|(_, millis)| millis),
            );
            assert!(ledger.is_down());
            assert_eq!(sent(&ledger.woken(Wait::Again)), [1]);
        }
        assert_eq!(
            rungs,
            [2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000, 60_000]
        );
        assert_eq!(ledger.delivered(1), []);
        assert!(!ledger.is_down() && ledger.is_settled());
    }

    #[test]
    fn an_answer_brings_out_all_that_waits_and_nothing_is_sent_twice_at_once() {
        let mut ledger = Ledger::default();
        note(&mut ledger, "a");
        note(&mut ledger, "b");
        ledger.send();
        assert_eq!(ledger.send(), [], "both are on their way");
        ledger.failed(1);
        note(&mut ledger, "c");
        assert_eq!(
            sent(&ledger.delivered(2)),
            [3, 1],
            "what was tried least goes first"
        );
        ledger.delivered(1);
        assert!(!ledger.is_settled());
        ledger.delivered(3);
        assert!(ledger.is_settled());
        assert_eq!(ledger.send(), []);
    }

    #[test]
    fn a_page_that_ends_has_room_for_what_is_on_its_way() {
        let mut ledger = Ledger::default();
        for _ in 0..30 {
            note(&mut ledger, "a");
        }
        assert_eq!(sent(&ledger.send()).len(), MAX_ON_THE_WAY);
        assert_eq!(ledger.send(), []);
        assert_eq!(sent(&ledger.delivered(1)).len(), 1);
    }
}
