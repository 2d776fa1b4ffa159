//! From a series to what can be scrolled: grouped by geometry, split into stacks, ordered by position along the normal and
//! never by Slice Location (rules D28, D29).

use super::display_set::{DisplaySet, StackEntry};
use super::doctor;
use super::instance::ImageHeader;
use super::remainder;
use super::stacks;
use super::study::Series;
use crate::geometry::image_plane::ImagePlane;
use crate::geometry::orientation::plane_name;
use crate::order::{sort_by, sort_by_key};
use crate::uid::{FrameIndex, FrameRef};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What can be shown of a series: one display set, or several where its frames do not lie in one stack. Never none.
pub fn build_display_sets(series: &Series) -> Vec<DisplaySet> {
    let groups = geometric_groups(entries(series));
    let is_split = groups.len() > 1;
    let mut stacks: Vec<(String, Vec<StackEntry>)> = Vec::new();
    for (name, group) in groups {
        for (stack, entries) in stacks::split(group) {
            let names = [name.as_str(), stack.as_str()];
            let words: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
            stacks.push((words.join(", "), entries));
        }
    }
    if stacks.is_empty() {
        stacks.push((String::new(), Vec::new()));
    }
    let n_stacks = stacks.len() as u32;
    let told = remainder::of_series(series, n_stacks, is_split);
    let sets = stacks.into_iter().zip(0..);
    sets.map(|((name, mut entries), stack)| {
        let order = sort(&mut entries);
        let diagnosis = doctor::examine(&entries, order);
        DisplaySet {
            series: series.uid.clone(),
            modality: series.modality.clone(),
            stack,
            n_stacks,
            name,
            entries,
            findings: diagnosis.findings.into_iter().chain(told.clone()).collect(),
            n_missing: diagnosis.n_missing,
            is_provisional: false,
        }
    })
    .collect()
}

/// The frames of a series in the order of their numbers; parts of a concatenation count as one instance (C.7.6.16.2.2.4).
fn entries(series: &Series) -> Vec<StackEntry> {
    let mut number_of: HashMap<&str, Option<i32>> = HashMap::new();
    for instance in &series.instances {
        if let Some(part) = instance.image().and_then(|h| h.concatenation.as_ref()) {
            let number = number_of.entry(&part.uid).or_insert(instance.number);
            *number = (*number).min(instance.number);
        }
    }
    let images = series
        .instances
        .iter()
        .filter_map(|instance| instance.image().map(|header| (instance, header)));
    let mut entries: Vec<StackEntry> = images
        .flat_map(|(instance, header)| {
            let part = header.concatenation.as_ref();
            let first = part.map_or(0, |part| part.first_frame);
            let number = part
                .and_then(|part| number_of.get(part.uid.as_str()).copied())
                .unwrap_or(instance.number);
            (0..header.n_frames).map(move |frame| StackEntry {
                frame: FrameRef {
                    instance: instance.uid.clone(),
                    frame: FrameIndex(frame),
                },
                header: Arc::clone(header),
                instance_number: number,
                sequence: first.saturating_add(frame),
                transfer_syntax: instance.transfer_syntax.clone(),
            })
        })
        .collect();
    sort_by(&mut entries, |a, b| a.number_key().cmp(&b.number_key()));
    entries
}

/// How the frames of a display set could be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By position along one normal in the patient.
    Position,
    /// By position in a volume's own space.
    Volume,
    /// By numbers: there is no common normal.
    Number,
}

/// Orders a stack by position; the numbers say only from which end it begins.
fn sort(entries: &mut Vec<StackEntry>) -> Order {
    let order = if is_parallel(entries) {
        Order::Position
    } else if !entries.is_empty() && entries.iter().all(|e| e.volume_distance_mm().is_some()) {
        Order::Volume
    } else {
        return Order::Number;
    };
    let mut placed = stacks::places(entries);
    sort_by(&mut placed, |(a, x), (b, y)| {
        let time = |entry: &StackEntry| entry.moment();
        a.cmp(b)
            .then(time(x).total_cmp(&time(y)))
            .then_with(|| x.number_key().cmp(&y.number_key()))
    });
    let number = |entry: Option<&(usize, StackEntry)>| {
        entry.map(|(_, entry)| (entry.instance_number, entry.sequence))
    };
    if number(placed.first()) > number(placed.last()) {
        // The places turn round, what lies within each of them does not.
        sort_by_key(&mut placed, |(place, _)| std::cmp::Reverse(*place));
    }
    *entries = placed.into_iter().map(|(_, entry)| entry).collect();
    order
}

/// True where every frame has a plane and all planes have one orientation and one frame of reference.
fn is_parallel(entries: &[StackEntry]) -> bool {
    let mut planes = entries.iter().map(StackEntry::plane);
    let Some(Some(first)) = planes.next() else {
        return false;
    };
    planes.all(|plane| plane.is_some_and(|plane| is_aligned(first, plane)))
}

fn is_aligned(a: &ImagePlane, b: &ImagePlane) -> bool {
    a.frame_of_reference == b.frame_of_reference
        && a.row_direction.dot(b.row_direction) > 0.999
        && a.column_direction.dot(b.column_direction) > 0.999
}

/// What the frames of one geometric group have in common (rule D28).
struct Group {
    entries: Vec<StackEntry>,
    kind: Kind,
}

/// Frames with a place go by orientation; frames without one are films, each its own, and single pictures.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Planes,
    Film(String),
    Pictures,
}

impl Group {
    fn holds(&self, entry: &StackEntry, kind: &Kind) -> bool {
        let Some(first) = self.entries.first() else {
            return false;
        };
        if self.kind != *kind {
            return false;
        }
        match (first.plane(), entry.plane()) {
            (Some(a), Some(b)) => {
                is_aligned(a, b)
                    && size(&first.header) == size(&entry.header)
                    && is_same_spacing(first, entry)
                    && first.context().map(|c| &c.stack_id) == entry.context().map(|c| &c.stack_id)
            }
            _ => true,
        }
    }
}

fn size(header: &ImageHeader) -> (u32, u32) {
    (header.descriptor.columns, header.descriptor.rows)
}

fn is_same_spacing(a: &StackEntry, b: &StackEntry) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-3 * a.abs().max(b.abs());
    match (a.spacing(), b.spacing()) {
        (Some(a), Some(b)) => near(a.row_mm, b.row_mm) && near(a.column_mm, b.column_mm),
        (a, b) => a.is_none() == b.is_none(),
    }
}

fn kind(entry: &StackEntry) -> Kind {
    match &entry.header.concatenation {
        _ if entry.plane().is_some() => Kind::Planes,
        Some(part) => Kind::Film(part.uid.clone()),
        None if entry.header.n_frames > 1 => Kind::Film(entry.frame.instance.to_string()),
        None => Kind::Pictures,
    }
}

/// Groups of one geometry, the largest first, each with its name; a name is empty where there is but one group.
fn geometric_groups(entries: Vec<StackEntry>) -> Vec<(String, Vec<StackEntry>)> {
    let mut groups: Vec<Group> = Vec::new();
    for entry in entries {
        let kind = kind(&entry);
        match groups
            .iter_mut()
            .rev()
            .find(|group| group.holds(&entry, &kind))
        {
            Some(group) => group.entries.push(entry),
            None => groups.push(Group {
                entries: vec![entry],
                kind,
            }),
        }
    }
    let (planes, others): (Vec<Group>, Vec<Group>) = groups
        .into_iter()
        .partition(|group| group.kind == Kind::Planes);
    let n_planes: usize = planes.iter().map(|group| group.entries.len()).sum();
    let mut groups = if planes.len() * 2 > n_planes && planes.len() > 1 {
        // Hardly two frames lie alike (a rotating scout): apart they would be no stacks but single pictures.
        let mut entries: Vec<StackEntry> =
            planes.into_iter().flat_map(|group| group.entries).collect();
        sort_by(&mut entries, |a, b| a.number_key().cmp(&b.number_key()));
        vec![Group {
            entries,
            kind: Kind::Planes,
        }]
    } else {
        planes
    };
    sort_by_key(&mut groups, |group| std::cmp::Reverse(group.entries.len()));
    groups.extend(others);
    let names = names(&groups);
    let entries = groups.into_iter().map(|group| group.entries);
    names.into_iter().zip(entries).collect()
}

/// Names by what differs.
fn names(groups: &[Group]) -> Vec<String> {
    if groups.len() < 2 {
        return vec![String::new(); groups.len()];
    }
    let mut n_films = 0;
    let words: Vec<[String; 4]> = groups
        .iter()
        .map(|group| {
            let first = group.entries.first();
            let (Some(first), Some(plane)) = (first, first.and_then(StackEntry::plane)) else {
                return match group.kind {
                    Kind::Film(_) => {
                        n_films += 1;
                        let is_clip = first.is_some_and(|f| f.header.cine.times.is_some());
                        let word = if is_clip { "Clip" } else { "Image" };
                        [
                            format!("{word} {n_films}"),
                            String::new(),
                            String::new(),
                            String::new(),
                        ]
                    }
                    _ => ["Pictures without a place", "", "", ""].map(str::to_owned),
                };
            };
            let lies = if first.is_localizer() {
                "Localizer"
            } else {
                plane_name(plane.normal())
            };
            let (columns, rows) = size(&first.header);
            let stack = first
                .context()
                .and_then(|context| context.stack_id.as_ref());
            let spacing = first.spacing().map(|spacing| spacing.column_mm);
            [
                lies.to_owned(),
                stack.map_or("No stack".to_owned(), |id| format!("Stack {id}")),
                format!("{columns} \u{d7} {rows}"),
                spacing.map_or("no spacing".to_owned(), |mm| format!("{mm:.3} mm")),
            ]
        })
        .collect();
    let differs = |k: usize| {
        let mut told = words
            .iter()
            .map(|words| &words[k])
            .filter(|word| !word.is_empty());
        let first = told.next();
        told.any(|word| Some(word) != first)
    };
    // As few words as tell all groups apart.
    let mut telling: Vec<usize> = Vec::new();
    for k in 0..4 {
        let names: HashSet<Vec<&String>> = words
            .iter()
            .map(|words| telling.iter().map(|&k| &words[k]).collect())
            .collect();
        if names.len() < groups.len() && differs(k) {
            telling.push(k);
        }
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    words
        .iter()
        .map(|words| {
            let telling = telling.iter().map(|&k| words[k].as_str());
            let name = telling
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(", ");
            let name = if name.is_empty() {
                words[0].clone()
            } else {
                name
            };
            let n = seen.entry(name.clone()).or_default();
            *n += 1;
            if *n > 1 {
                format!("{name} ({n})")
            } else {
                name
            }
        })
        .collect()
}
