//! Audit: what of a reader's doings goes on record, and what is withheld until it is there (45 CFR 164.312(b)).
//!
//! Files of this computer leave no record: nothing of them leaves the computer, their patients' numbers neither.

use super::effect::{Effect, Resource};
use super::event::SourceId;
use super::session::Session;
use super::studies::OpenStudy;
use crate::study::redacted::Redacted;
use crate::study::study::Patient;
use crate::uid::{SopInstanceUid, StudyUid};

/// Whether this site keeps a record, and what happens where it cannot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditPolicy {
    /// Nothing is recorded.
    #[default]
    Off,
    /// The work goes on where a record cannot be delivered; a banner says so.
    BestEffort,
    /// A study is shown once its record is delivered, and not before.
    Required,
}

/// One record; told again when it was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordId(pub u64);

/// A study as a record names it.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedStudy {
    /// Which archive.
    pub source: SourceId,
    /// Which study.
    pub study: StudyUid,
    /// Whose study, as far as it is known.
    pub patient: Redacted<Patient>,
    /// Number of Study Related Instances (0020,1208), where told.
    pub n_instances: Option<u32>,
}

impl RecordedStudy {
    fn words(&self) -> String {
        match self.patient.id.as_str() {
            "" => format!("a patient without ID ({})", self.study),
            id => format!("patient {id} ({})", self.study),
        }
    }
}

/// Where data go that leave the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A file of this computer.
    File,
    /// Paper.
    Paper,
    /// A link for somebody else.
    Link,
    /// A file of this computer, of copies without the patient's identity.
    Copies,
    /// Another archive, which gets copies without the patient's identity.
    Archive,
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// The viewer started.
    Started,
    /// The viewer's page ends.
    Stopped,
    /// The reader signed in.
    SignedIn,
    /// A sign-in before this one came to nothing: when, and why in words.
    SignInFailed {
        /// Milliseconds since 1970.
        at_millis: f64,
        /// A sentence of the viewer's own.
        reason: String,
    },
    /// The reader signed out.
    SignedOut,
    /// The sign-in service ended the session.
    SessionEnded,
    /// Nobody touched the page: it locked itself.
    Locked,
    /// An archive was searched.
    Searched {
        /// Which archive.
        source: SourceId,
        /// What it was asked.
        what: Resource,
    },
    /// A study came before the reader's eyes.
    StudyOpened(RecordedStudy),
    /// Something of a study leaves the viewer.
    Exported {
        /// Which study.
        study: RecordedStudy,
        /// Which instance of it, where it is one.
        instance: Option<SopInstanceUid>,
        /// Where to.
        to: Destination,
    },
    /// The archive sent images of another patient or study; they are not shown.
    IdentityMismatch(RecordedStudy),
    /// Emergency access to the open study, with the reader's reason.
    GlassBroken {
        /// Which study, where one is open.
        study: Option<RecordedStudy>,
        /// In the reader's words.
        reason: Redacted<String>,
    },
    /// The reader looked at the record.
    LogRead,
}

impl Deed {
    /// For the reader's own page: patient data, for text nodes only.
    #[cold]
    pub fn words(&self) -> String {
        match self {
            Self::Started => "The viewer started".to_owned(),
            Self::Stopped => "The page was left".to_owned(),
            Self::SignedIn => "Signed in".to_owned(),
            Self::SignInFailed { reason, .. } => format!("A sign-in failed: {reason}"),
            Self::SignedOut => "Signed out".to_owned(),
            Self::SessionEnded => "The sign-in service ended the session".to_owned(),
            Self::Locked => "Locked, since nobody touched the page".to_owned(),
            Self::Searched { what, .. } => match what {
                Resource::Studies(search) if !search.text.is_empty() => {
                    format!("Searched for \u{201c}{}\u{201d}", search.text)
                }
                Resource::Accession(number) => {
                    format!("Searched for accession number {number}")
                }
                _ => "Listed studies".to_owned(),
            },
            Self::StudyOpened(study) => format!("Opened a study of {}", study.words()),
            Self::Exported { study, to, .. } => {
                let deed = match to {
                    Destination::File => "Saved a file",
                    Destination::Paper => "Printed",
                    Destination::Link => "Shared a link",
                    Destination::Copies => "Saved copies without identity",
                    Destination::Archive => "Sent copies without identity to another archive",
                };
                format!("{deed} of {}", study.words())
            }
            Self::IdentityMismatch(study) => {
                format!(
                    "Alert: images of somebody else in a study of {}",
                    study.words()
                )
            }
            Self::GlassBroken { study, reason } => {
                let whose = study.as_ref().map(RecordedStudy::words);
                let whose = whose.unwrap_or_else(|| "no open study".to_owned());
                format!("Emergency access to {whose}: {}", reason.0)
            }
            Self::LogRead => "Looked at this record".to_owned(),
        }
    }

    /// Nobody may be there a moment later to send it.
    pub fn is_last_word(&self) -> bool {
        matches!(
            self,
            Self::Stopped | Self::SignedOut | Self::SessionEnded | Self::Locked
        )
    }
}

/// What the shell tells of; what it is about, the session knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// Needs nothing from the session.
    Plain(Box<Deed>),
    /// The page is printed.
    Printed,
    /// A link to the open study is handed on.
    Shared,
    /// A document or film of an instance is saved.
    Saved(SopInstanceUid),
    /// Copies of the open study leave, without the patient's identity.
    Copied(Destination),
    /// Emergency access, with the reason.
    GlassBroken(String),
}

/// Where the record stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Audit {
    is_down: bool,
    next: u64,
}

impl Session {
    fn record(&mut self, deed: Deed) -> RecordId {
        let record = RecordId(self.audit.next);
        self.audit.next += 1;
        if self.options.audit != AuditPolicy::Off {
            self.effects.push(Effect::Record { record, deed });
        }
        record
    }

    pub(super) fn report(&mut self, report: Report) {
        let deed = match report {
            Report::Plain(deed) => *deed,
            Report::Printed => return self.exported(None, Destination::Paper),
            Report::Shared => return self.exported(None, Destination::Link),
            Report::Saved(instance) => return self.exported(Some(instance), Destination::File),
            Report::Copied(to) => return self.exported(None, to),
            Report::GlassBroken(reason) => Deed::GlassBroken {
                study: self.active_study().and_then(recorded_study),
                reason: Redacted(reason),
            },
        };
        self.record(deed);
    }

    /// Something of the open study leaves the viewer.
    pub(super) fn exported(&mut self, instance: Option<SopInstanceUid>, to: Destination) {
        let of_instance = instance.as_ref().and_then(|uid| self.object_address(uid));
        let open = of_instance.map_or(self.active_study(), |address| {
            self.study_with(&address.series)
        });
        if let Some(study) = open.and_then(recorded_study) {
            self.record(Deed::Exported {
                study,
                instance,
                to,
            });
        }
    }

    pub(super) fn searched(&mut self, source: &str, what: &Resource) {
        if is_search(what) {
            self.record(Deed::Searched {
                source: source.to_owned(),
                what: what.clone(),
            });
        }
    }

    /// A study is before the reader's eyes, or about to be: it is recorded once.
    pub(super) fn study_opened(&mut self, study: &StudyUid) {
        let open = self.study_mut(study).filter(|open| open.record.is_none());
        if let Some(recorded) = open.and_then(|open| recorded_study(open)) {
            let record = self.record(Deed::StudyOpened(recorded));
            if let Some(open) = self.study_mut(study) {
                open.record = Some(record);
            }
        }
    }

    /// What an instance says is about to be read.
    pub(super) fn object_opened(&mut self, instance: &SopInstanceUid) {
        if let Some(address) = self.object_address(instance) {
            self.study_opened(&address.study);
        }
    }

    pub(super) fn identity_mismatch(&mut self, study: &StudyUid) {
        let Some(open) = self.study_mut(study) else {
            return;
        };
        if let Some(recorded) = recorded_study(open)
            && !std::mem::replace(&mut open.is_alerted, true)
        {
            self.record(Deed::IdentityMismatch(recorded));
        }
    }

    /// A record was delivered.
    pub(super) fn recorded(&mut self, record: RecordId) {
        let mut studies = self.studies.iter_mut();
        if let Some(open) = studies.find(|open| open.record == Some(record)) {
            open.is_recorded = true;
            self.settle();
        }
    }

    /// Records wait that could not be delivered, or none does any more.
    pub(super) fn audit_changed(&mut self, is_down: bool) {
        if std::mem::replace(&mut self.audit.is_down, is_down) != is_down {
            if !is_down
                && self.is_audit_required()
                && self.failed_requests.iter().any(|(_, what)| is_search(what))
            {
                return self.retry();
            }
            self.settle();
        }
    }

    /// Nothing of the open studies is shown: the record of one is required and not delivered.
    pub fn is_withheld(&self) -> bool {
        let is_waiting = |open: &OpenStudy| !open.is_local() && !open.is_recorded;
        self.is_audit_required() && self.studies.iter().any(is_waiting)
    }

    /// As [`Self::is_withheld`]; asks for the record once there is something to show.
    pub(super) fn withholds(&mut self) -> bool {
        if self.is_withheld() && self.has_picture_to_show() {
            let studies: Vec<StudyUid> = self
                .studies
                .iter()
                .map(|open| open.link.study.clone())
                .collect();
            for study in studies {
                self.study_opened(&study);
            }
        }
        self.is_withheld()
    }

    fn has_picture_to_show(&self) -> bool {
        self.state.visible().any(|(id, ..)| {
            let wanted = self.wanted(id);
            wanted.is_some_and(|(_, _, entry, viewport)| self.picture(viewport, entry).is_some())
        })
    }

    /// Nothing leaves and nothing is opened without its record.
    pub fn is_audit_required(&self) -> bool {
        self.options.audit == AuditPolicy::Required
    }

    /// Records wait that could not be delivered, and this site does not go on without them.
    pub(super) fn is_stopped(&self) -> bool {
        self.is_audit_required() && self.audit.is_down
    }

    /// For the place where the picture would be.
    pub(super) fn withheld_words(&self) -> String {
        if self.audit.is_down {
            format!("Not shown. {} {}", STOPPED[0], STOPPED[1])
        } else {
            "Putting the opening of this study on record ...".to_owned()
        }
    }

    /// What is wrong with the record and what to do, while something is.
    pub(super) fn audit_banner(&self) -> Option<[&'static str; 2]> {
        match (self.audit.is_down, self.is_audit_required()) {
            (false, _) => None,
            (true, true) => Some(STOPPED),
            (true, false) => Some(UNDELIVERED),
        }
    }
}

/// Where the site goes on without its record.
const UNDELIVERED: [&str; 2] = [
    "The audit record cannot be delivered.",
    "You can go on: what you do is kept in this page and sent when the audit server answers again. Leave the page open \
     until then, and tell your IT if it stays like this.",
];

/// Where it does not.
pub(super) const STOPPED: [&str; 2] = [
    "The audit record cannot be delivered, and this site does not open studies without it.",
    "What is already shown stays. It is tried again by itself; press Retry to try now, and tell your IT if it stays \
     like this.",
];

/// What looks for patients, and not within a study.
pub(super) fn is_search(what: &Resource) -> bool {
    matches!(what, Resource::Studies(_) | Resource::Accession(_))
}

/// A study for a record; files of this computer have none.
fn recorded_study(open: &OpenStudy) -> Option<RecordedStudy> {
    (!open.is_local()).then(|| RecordedStudy {
        source: open.link.source.clone(),
        study: open.link.study.clone(),
        patient: open.study.patient.clone(),
        n_instances: open.study.n_instances,
    })
}
