//! Stacks: frames that share positions are split by what tells them apart (rule D28): by the image's own dimensions
//! (PS3.3 C.7.6.17) first, then by kind, echo, diffusion, time and acquisition.

use super::display_set::StackEntry;
use super::frame_context::{DimensionKind, FrameContext};
use crate::geometry::image_plane::{ImagePlane, SAME_POSITION_MM};
use crate::order::sort_by;
use std::collections::HashMap;

/// Frames with the index of their place along the normal, from 0; all at one place where positions say nothing.
pub(super) fn places(entries: &[StackEntry]) -> Vec<(usize, StackEntry)> {
    let distance = |entry: &StackEntry| {
        let of_plane = entry.plane().map(ImagePlane::distance_mm);
        let of_volume = of_plane.or(entry.volume_distance_mm());
        of_volume.or(step(entry)).unwrap_or_default()
    };
    let mut placed: Vec<(f64, &StackEntry)> = entries
        .iter()
        .map(|entry| (distance(entry), entry))
        .collect();
    sort_by(&mut placed, |a, b| a.0.total_cmp(&b.0));
    let (mut place, mut begin) = (0, placed.first().map_or(0.0, |(mm, _)| *mm));
    placed
        .into_iter()
        .map(|(mm, entry)| {
            if mm - begin >= SAME_POSITION_MM {
                (place, begin) = (place + 1, mm);
            }
            (place, entry.clone())
        })
        .collect()
}

/// An order where there are no places; it has no unit.
fn step(entry: &StackEntry) -> Option<f64> {
    entry.context()?.step.map(f64::from)
}

/// Stacks of one geometric group, each with what tells it apart; one without a name where no position repeats.
pub(super) fn split(entries: Vec<StackEntry>) -> Vec<(String, Vec<StackEntry>)> {
    let has_place = |entry: &StackEntry| {
        entry.plane().is_some() || entry.volume_distance_mm().is_some() || step(entry).is_some()
    };
    if entries.len() < 2 || !entries.iter().all(has_place) {
        return vec![(String::new(), entries)];
    }
    let mut part: Vec<(usize, StackEntry)> = places(&entries);
    sort_by(&mut part, |a, b| a.1.number_key().cmp(&b.1.number_key()));
    let keys = keys(&entries);
    let mut stacks = Vec::new();
    divide(part, &keys, Vec::new(), &mut stacks);
    stacks
        .into_iter()
        .map(|(names, part)| {
            let entries = part.into_iter().map(|(_, entry)| entry).collect();
            (names.join(", "), entries)
        })
        .collect()
}

/// What frames can be told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Dimension(usize, DimensionKind),
    ImageType,
    Echo,
    Diffusion,
    Direction,
    Time,
    Phase,
    Acquisition,
}

/// The image's own dimensions in their order, then what single images tell; last the dimensions that only their label
/// names.
fn keys(entries: &[StackEntry]) -> Vec<Key> {
    let own = entries
        .first()
        .map_or(&[][..], |entry| &entry.header.dimensions);
    let is_shared = entries.iter().all(|entry| entry.header.dimensions == own);
    let own = if is_shared { own } else { &[] };
    let dimensions = |is_other: bool| {
        own.iter().enumerate().filter_map(move |(at, dimension)| {
            let kind = dimension.kind;
            let is_wanted =
                kind != DimensionKind::Place && (kind == DimensionKind::Other) == is_other;
            is_wanted.then_some(Key::Dimension(at, kind))
        })
    };
    let single = [
        Key::ImageType,
        Key::Echo,
        Key::Diffusion,
        Key::Direction,
        Key::Time,
        Key::Phase,
        Key::Acquisition,
    ];
    dimensions(false)
        .chain(single)
        .chain(dimensions(true))
        .collect()
}

/// A value of a key: a number to order by, and a text where a number does not tell all.
type Value = (f64, String);

fn value(key: Key, context: &FrameContext) -> Option<Value> {
    let number = |value: Option<f64>| value.map(|value| (value, String::new()));
    match key {
        Key::Dimension(at, _) => number(context.dimension_values.get(at).map(|&v| f64::from(v))),
        Key::ImageType => context.image_type.as_ref().map(|t| (0.0, t.join("\\"))),
        Key::Echo => {
            let echo = context.echo_number.map(|echo| echo as f64);
            number(echo.or(context.echo_time_millis))
        }
        Key::Diffusion => number(context.b_value),
        Key::Direction => context.gradient.map(|g| (0.0, format!("{g:.3?}"))),
        Key::Time => number(context.temporal_position.map(|position| position as f64)),
        Key::Phase => number(context.cardiac_percent.or(context.trigger_millis)),
        Key::Acquisition => number(context.acquisition_number.map(|number| number as f64)),
    }
}

type Part = Vec<(usize, StackEntry)>;

/// Refines a part by the first key that tells frames at one place apart, until no place repeats or no key is left.
fn divide(part: Part, keys: &[Key], names: Vec<String>, stacks: &mut Vec<(Vec<String>, Part)>) {
    let n_at = n_at_places(&part);
    if n_at.values().all(|&n| n < 2) {
        return stacks.push((names, part));
    }
    for (at, &key) in keys.iter().enumerate() {
        let values = Values::of(key, &part);
        // A value that belongs to hardly more than one frame (one acquisition a slice) makes no stacks.
        if values.distinct.len() * 2 > part.len() || !values.vary_at_a_place(&part) {
            continue;
        }
        let names_of = values.names(key, &part);
        let mut parts: Vec<Part> = vec![Vec::new(); names_of.len()];
        for (frame, of) in part.into_iter().zip(values.of_frame) {
            parts[of].push(frame);
        }
        for (part, name) in parts.into_iter().zip(names_of) {
            let names = names.iter().cloned().chain([name]).collect();
            divide(part, &keys[at + 1..], names, stacks);
        }
        return;
    }
    let times = n_at.values().copied().min().unwrap_or_default();
    if times > 1 && n_at.len() > 1 {
        by_rank(part, &names, stacks);
    } else {
        stacks.push((names, part));
    }
}

fn n_at_places(part: &[(usize, StackEntry)]) -> HashMap<usize, usize> {
    let mut n_at = HashMap::new();
    for (place, _) in part {
        *n_at.entry(*place).or_default() += 1;
    }
    n_at
}

/// The values of a key over a part: numbers in rising order, texts in the order they come, nothing last.
struct Values {
    distinct: Vec<Option<Value>>,
    /// Index into `distinct`, frame by frame.
    of_frame: Vec<usize>,
}

impl Values {
    fn of(key: Key, part: &[(usize, StackEntry)]) -> Self {
        let mut seen: HashMap<Option<(u64, String)>, usize> = HashMap::new();
        let mut distinct: Vec<(usize, Option<Value>)> = Vec::new();
        let mut of_frame = Vec::with_capacity(part.len());
        for (_, entry) in part {
            let value = entry.context().and_then(|context| value(key, context));
            let bits = value.clone().map(|(number, text)| (number.to_bits(), text));
            let next = distinct.len();
            let at = *seen.entry(bits).or_insert(next);
            if at == next {
                distinct.push((at, value));
            }
            of_frame.push(at);
        }
        let order = |value: &Option<Value>| value.as_ref().map_or(f64::INFINITY, |(n, _)| *n);
        sort_by(&mut distinct, |(_, a), (_, b)| {
            order(a).total_cmp(&order(b))
        });
        let mut sorted = vec![0; distinct.len()];
        for (to, (from, _)) in distinct.iter().enumerate() {
            sorted[*from] = to;
        }
        Self {
            of_frame: of_frame.into_iter().map(|at| sorted[at]).collect(),
            distinct: distinct.into_iter().map(|(_, value)| value).collect(),
        }
    }

    fn vary_at_a_place(&self, part: &[(usize, StackEntry)]) -> bool {
        let mut first_at: HashMap<usize, usize> = HashMap::new();
        part.iter()
            .zip(&self.of_frame)
            .any(|((place, _), &of)| *first_at.entry(*place).or_insert(of) != of)
    }

    /// A name for each value.
    fn names(&self, key: Key, part: &[(usize, StackEntry)]) -> Vec<String> {
        let n = self.distinct.len();
        let samples: Vec<Option<&StackEntry>> = (0..n)
            .map(|at| {
                let frame = self.of_frame.iter().position(|&of| of == at)?;
                part.get(frame).map(|(_, entry)| entry)
            })
            .collect();
        let types: Vec<&[String]> = samples
            .iter()
            .map(|entry| {
                let context = entry.and_then(StackEntry::context);
                context
                    .and_then(|context| context.image_type.as_deref())
                    .unwrap_or_default()
            })
            .collect();
        (0..n)
            .map(|at| {
                let value = &self.distinct[at];
                let context = samples[at].and_then(StackEntry::context);
                name(key, value, context, at + 1, n)
                    .or_else(|| label(key, samples[at]?, value))
                    .unwrap_or_else(|| image_type_name(types[at], &types))
            })
            .collect()
    }
}

/// Words of one value; `None` for what is named by its text or label.
fn name(
    key: Key,
    value: &Option<Value>,
    context: Option<&FrameContext>,
    rank: usize,
    n: usize,
) -> Option<String> {
    use DimensionKind as D;
    let kind = match key {
        Key::Dimension(_, kind) => kind,
        Key::ImageType => D::FrameType,
        Key::Echo => D::Echo,
        Key::Diffusion => D::Diffusion,
        Key::Direction => D::Direction,
        Key::Time => D::Time,
        Key::Phase => D::Phase,
        Key::Acquisition => D::Acquisition,
    };
    let number = |told: Option<i64>| told.map_or(rank as i64, |told| told);
    let told = context.filter(|_| value.is_some());
    Some(match kind {
        D::Stack => match told.and_then(|context| context.stack_id.as_deref()) {
            Some(id) => format!("Stack {id}"),
            None => format!("Stack {rank}"),
        },
        D::Echo => format!(
            "Echo {}",
            number(told.and_then(|context| context.echo_number))
        ),
        D::Diffusion => match told.and_then(|context| context.b_value) {
            Some(b) => format!("b = {}", (b * 10.0).round() / 10.0),
            None => "no b-value".to_owned(),
        },
        D::Direction if value.is_none() => "no direction".to_owned(),
        D::Direction => format!("Direction {rank}"),
        D::Time => format!("Time {rank} of {n}"),
        D::Phase => format!("Phase {rank} of {n}"),
        D::Acquisition => {
            let told = told.and_then(|context| context.acquisition_number);
            format!("Acquisition {}", number(told))
        }
        D::FrameType | D::Other | D::Place => return None,
    })
}

/// A dimension that only its label names.
fn label(key: Key, entry: &StackEntry, value: &Option<Value>) -> Option<String> {
    let Key::Dimension(at, DimensionKind::Other) = key else {
        return None;
    };
    let dimension = entry.header.dimensions.get(at)?;
    let label = &dimension.label;
    let label = if label.is_empty() { "Part" } else { label };
    let number = value.as_ref().map_or(0.0, |(number, _)| *number);
    let words = dimension.words(number as u32);
    if words.is_some() {
        return words;
    }
    Some(format!("{label} {number}"))
}

/// The components of an image type that are not those of all.
fn image_type_name(own: &[String], all: &[&[String]]) -> String {
    let differs = |at: usize| all.iter().any(|other| other.get(at) != own.get(at));
    let telling = own.iter().enumerate().filter(|(at, _)| differs(*at));
    let words: Vec<&str> = telling.map(|(_, word)| word.as_str()).collect();
    if words.is_empty() {
        "Other".to_owned()
    } else {
        words.join(" ")
    }
}

/// Every place holds several frames that no value tells apart: the first of each place, the second ... by the clock, else
/// by number.
fn by_rank(mut part: Part, names: &[String], stacks: &mut Vec<(Vec<String>, Part)>) {
    let moments = |entry: &StackEntry| {
        let context = entry.context();
        let trigger = context.and_then(|context| context.trigger_millis);
        let acquired = context.and_then(|context| context.acquired_millis);
        (trigger, acquired)
    };
    let has = |which: fn(&(Option<f64>, Option<f64>)) -> bool| {
        part.iter().all(|(_, entry)| which(&moments(entry)))
    };
    let (has_trigger, has_clock) = (has(|m| m.0.is_some()), has(|m| m.1.is_some()));
    let moment = |entry: &StackEntry| match moments(entry) {
        (Some(trigger), _) if has_trigger => trigger,
        (_, Some(acquired)) if has_clock => acquired,
        _ => 0.0,
    };
    sort_by(&mut part, |(a, x), (b, y)| {
        a.cmp(b)
            .then(moment(x).total_cmp(&moment(y)))
            .then_with(|| x.number_key().cmp(&y.number_key()))
    });
    let mut differs = false;
    let mut ranks: Vec<Part> = Vec::new();
    let mut now = (usize::MAX, 0, 0.0);
    for (place, entry) in part {
        let at = moment(&entry);
        differs |= now.0 == place && at > now.2;
        now = (place, if now.0 == place { now.1 + 1 } else { 0 }, at);
        if ranks.len() <= now.1 {
            ranks.push(Vec::new());
        }
        ranks[now.1].push((place, entry));
    }
    let n = ranks.len();
    let word = match (differs, has_trigger) {
        (true, true) => "Phase",
        (true, false) => "Time",
        (false, _) => "Repeat",
    };
    for (part, rank) in ranks.into_iter().zip(1..) {
        let name = format!("{word} {rank} of {n}");
        stacks.push((names.iter().cloned().chain([name]).collect(), part));
    }
}
