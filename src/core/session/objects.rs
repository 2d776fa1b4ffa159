//! What is no picture: named, with the reason and what can be done; nothing of a study is hidden (fault 34).

use super::effect::Effect;
use super::event::SourceId;
use super::notice::Notice;
use super::session::Session;
use super::values::ObjectSummary;
use crate::study::instance::{Content, Instance};
use crate::study::object_kind::{ObjectKind, of_sop_class};
use crate::uid::{SeriesUid, SopInstanceUid, StudyUid};
use crate::viewport::viewport::ViewportId;

/// Objects named on one tile; a series of more tells how many there are.
const MAX_OBJECTS: usize = 200;

/// Where an instance of the open study is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectAddress {
    /// Which archive, or [`super::event::LOCAL_SOURCE`].
    pub source: SourceId,
    /// Its study.
    pub study: StudyUid,
    /// Its series.
    pub series: SeriesUid,
    /// The instance.
    pub instance: SopInstanceUid,
}

/// A study that is copied: where it is, and what is known of its series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedStudy {
    /// Which archive, or [`super::event::LOCAL_SOURCE`].
    pub source: SourceId,
    /// The study.
    pub study: StudyUid,
    /// Each series with the instances that are known; an archive may have more.
    pub series: Vec<(SeriesUid, Vec<SopInstanceUid>)>,
}

impl Session {
    /// The active study, to be copied; instances of another patient are left out (rule D39).
    pub fn copied_study(&self) -> Option<CopiedStudy> {
        let open = self.active_study()?;
        let series = open.series.iter().map(|series| {
            let own = series.instances.iter().map(|instance| instance.uid.clone());
            let own = own.filter(|uid| !open.foreign.contains(uid));
            (series.uid.clone(), own.collect())
        });
        Some(CopiedStudy {
            source: open.link.source.clone(),
            study: open.link.study.clone(),
            series: series.collect(),
        })
    }

    /// Asks the shell about copies of the active study, where there is one.
    pub(super) fn ask_for_copies(&mut self) {
        if self.active_study().is_some() {
            self.effects.push(Effect::Notify(Notice::RequestCopies));
        }
    }

    /// Where an instance of the open study is to be had; `None` for any other, also for one of another patient.
    pub fn object_address(&self, instance: &SopInstanceUid) -> Option<ObjectAddress> {
        let (open, series) = self.studies.iter().find_map(|open| {
            let series = open.series.iter().find(|series| {
                let mut instances = series.instances.iter();
                instances.any(|known| known.uid == *instance)
            })?;
            Some((open, series))
        })?;
        Some(ObjectAddress {
            source: open.link.source.clone(),
            study: open.link.study.clone(),
            series: series.uid.clone(),
            instance: instance.clone(),
        })
    }

    /// The objects of a viewport whose series has no picture.
    pub(super) fn objects(&self, id: ViewportId) -> Vec<ObjectSummary> {
        let shown = self.state.viewports.get(id).and_then(|v| v.series.as_ref());
        let Some((open, uid)) = shown.and_then(|uid| Some((self.study_with(uid)?, uid))) else {
            return Vec::new();
        };
        let is_drawn = open.set(uid).is_none_or(|set| !set.entries.is_empty());
        let series = open.series.iter().find(|series| series.uid == *uid);
        series
            .filter(|_| !is_drawn)
            .map(|series| {
                series
                    .instances
                    .iter()
                    .take(MAX_OBJECTS)
                    .map(object)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// Asks the shell to open the report of a viewport whose series is one: the object that the link names, or the first.
    pub(super) fn ask_to_read(&mut self, id: ViewportId) {
        let shown = self.state.viewports.get(id).and_then(|v| v.series.as_ref());
        let named = shown
            .and_then(|series| self.study_with(series))
            .and_then(|open| open.link.instance.clone());
        let texts = self.objects(id).into_iter();
        let texts: Vec<ObjectSummary> = texts
            .filter(|object| matches!(object.kind, ObjectKind::Text | ObjectKind::Pdf))
            .collect();
        let chosen = texts
            .iter()
            .find(|object| named.as_ref() == Some(&object.instance));
        if let Some(object) = chosen.or(texts.first()) {
            let notice = Notice::RequestReport(object.instance.clone(), object.name.clone());
            self.effects.push(Effect::Notify(notice));
        }
    }

    /// Asks the shell to show the attributes of the image of a viewport, or of its first object.
    pub(super) fn ask_for_attributes(&mut self, id: ViewportId) {
        let of_image = self
            .wanted(id)
            .map(|(_, _, entry, _)| entry.frame.instance.clone());
        let instance = of_image.or_else(|| {
            let first = self.objects(id).into_iter().next();
            first.map(|object| object.instance)
        });
        if let Some(instance) = instance {
            self.effects
                .push(Effect::Notify(Notice::RequestAttributes(instance)));
        }
    }
}

fn object(instance: &Instance) -> ObjectSummary {
    let (kind, name) = match instance.content {
        Content::Film(_) => (ObjectKind::Film, "Film"),
        _ => of_sop_class(&instance.sop_class),
    };
    let reason = match (&instance.content, kind) {
        (Content::Incomplete(reason), _) => format!("It cannot be drawn: {reason}."),
        (Content::Film(""), _) => "It is a film, played by the browser.".to_owned(),
        (Content::Film(codec), _) => {
            format!("It is a film ({codec}, lossy), played by the browser.")
        }
        (_, ObjectKind::Text) => "It is text, not a picture.".to_owned(),
        (_, ObjectKind::Pdf) => "It is a document, not a picture.".to_owned(),
        _ => "This viewer has no picture of it.".to_owned(),
    };
    let number = instance.number.map(|number| format!(" {number}"));
    ObjectSummary {
        instance: instance.uid.clone(),
        name: format!("{name}{}", number.unwrap_or_default()),
        reason,
        kind,
    }
}
