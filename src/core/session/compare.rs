//! Studies side by side: a place for each, and the question that must be answered where they are not of one patient.

use super::session::Session;
use super::summary::Heading;
use super::words::{date, name_or_none};
use crate::state::command::ViewCommand;
use crate::study::study::Patient;
use crate::viewport::layout::Layout;

/// Whether studies side by side are of one patient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sameness {
    /// They have one ID, and nothing contradicts it.
    #[default]
    Same,
    /// One of them does not say enough.
    Unknown,
    /// ID, issuer or birth date are different.
    Different,
}

/// Rule D39: ID with issuer, and birth date.
fn sameness(a: &Patient, b: &Patient) -> Sameness {
    match () {
        () if a.contradicts(b) => Sameness::Different,
        () if a.id.is_empty() || b.id.is_empty() => Sameness::Unknown,
        () => Sameness::Same,
    }
}

/// The smallest grid with a place for each study.
pub(super) fn grid_for(n_studies: usize) -> Layout {
    let (rows, columns) = match n_studies {
        ..=1 => (1, 1),
        2 => (1, 2),
        _ => (2, 2),
    };
    Layout { rows, columns }
}

impl Session {
    /// A grid with a place for each study that is opened; the reader's own comes back when they are closed.
    pub(super) fn make_room_for_studies(&mut self) {
        if self.studies.len() < 2 {
            return;
        }
        self.grid_before = Some(self.state.layout);
        let grid = grid_for(self.studies.len());
        ViewCommand::SetLayout(grid).apply(&mut self.state);
    }

    /// The worst that is known of any two studies that told whose they are.
    fn worst_sameness(&self) -> Sameness {
        let told: Vec<&Patient> = self
            .studies
            .iter()
            .filter(|open| open.is_told)
            .map(|open| &*open.study.patient)
            .collect();
        let pairs = told
            .iter()
            .enumerate()
            .flat_map(|(at, a)| told[..at].iter().map(move |b| sameness(a, b)));
        pairs.max().unwrap_or(Sameness::Same)
    }

    /// Rule D39: studies side by side that are not, or not surely, of one patient are a question that must be answered,
    /// once; a mark on the pictures stays.
    pub(super) fn tell_other_patient(&mut self) {
        let worst = self.worst_sameness();
        if self.told_of_patients >= worst {
            return;
        }
        self.told_of_patients = worst;
        let (title, why) = match worst {
            Sameness::Different => (
                "These studies are of different patients.",
                "Their patient IDs, who issued them, or their birth dates are not the same.",
            ),
            _ => (
                "It cannot be told whether these studies are of one patient.",
                "At least one of them has no patient ID.",
            ),
        };
        self.blocking_problem(
            title,
            &format!(
                "{why} Each picture names its own patient. Compare them only if you know that this is what you want."
            ),
        );
    }

    /// Whose studies are open, in the order of the link.
    pub fn headings(&self) -> Vec<Heading> {
        let is_withheld = self.is_withheld();
        let told = self
            .studies
            .iter()
            .filter(|open| open.is_told && !is_withheld);
        told.map(|open| {
            let about = [date(&open.study.date), open.study.description.clone()];
            let about: Vec<String> = about
                .into_iter()
                .filter(|words| !words.is_empty())
                .collect();
            Heading {
                study: open.link.study.clone(),
                patient: name_or_none(&open.study.patient.name),
                about: about.join("  "),
            }
        })
        .collect()
    }

    /// For the mark on each picture.
    pub(super) fn patients_mark(&self) -> Option<[&'static str; 2]> {
        match self.worst_sameness() {
            Sameness::Same => None,
            Sameness::Unknown => Some([
                "PATIENT UNKNOWN BESIDE",
                "It cannot be told whether the studies side by side are of one patient.",
            ]),
            Sameness::Different => Some([
                "OTHER PATIENT BESIDE",
                "The studies that are open are not of one patient: look at the name on each picture.",
            ]),
        }
    }
}
