//! One audit record of every kind, for tests and for an independent judge.

use skiagraph_core::ledger::NO_HASH;
use skiagraph_core::session::audit::{Deed, Destination, RecordedStudy};
use skiagraph_core::session::effect::Resource;
use skiagraph_core::study::redacted::Redacted;
use skiagraph_core::study::study::{Patient, PersonName};
use skiagraph_dicom::audit::{Head, Origin, Reader};

/// A study with a patient.
pub fn study() -> RecordedStudy {
    RecordedStudy {
        source: "main".into(),
        study: crate::study_uid(1),
        patient: Redacted(Patient {
            name: PersonName {
                alphabetic: "Phantom^1".into(),
                ..PersonName::default()
            },
            id: "P1".into(),
            issuer: "Ward 7".into(),
            ..Patient::default()
        }),
        n_instances: Some(24),
    }
}

/// Each kind once.
pub fn all_deeds() -> Vec<Deed> {
    let exports = [
        Destination::File,
        Destination::Paper,
        Destination::Link,
        Destination::Copies,
        Destination::Archive,
    ];
    let exports = exports.map(|to| Deed::Exported {
        study: study(),
        instance: None,
        to,
    });
    let mut all = vec![
        Deed::Started,
        Deed::Stopped,
        Deed::SignedIn,
        Deed::SignInFailed {
            at_millis: 0.0,
            reason: "You did not sign in".into(),
        },
        Deed::SignedOut,
        Deed::SessionEnded,
        Deed::Locked,
        Deed::Searched {
            source: "main".into(),
            what: Resource::Accession("A1".into()),
        },
        Deed::StudyOpened(study()),
        Deed::IdentityMismatch(study()),
        Deed::GlassBroken {
            study: None,
            reason: Redacted("stroke".into()),
        },
        Deed::LogRead,
    ];
    all.extend(exports);
    all
}

/// The rest of a record.
pub fn head() -> Head<'static> {
    Head {
        number: 7,
        previous: NO_HASH,
        at: "2026-11-24T16:58:35.123Z",
        happened: Some("2026-11-24T16:50:00.000Z"),
        archive: "https://pacs.example.org/dicom-web",
        query: "/dicom-web/studies?PatientName=*doe*",
    }
}

/// What is the same in all records.
pub fn origin() -> Origin {
    Origin {
        chain: "6b1f0a52-9f0e-4d5e-8a34-1f3a5b7c9d10".into(),
        viewer: "Skiagraph test".into(),
        host: "viewer.example.org".into(),
        site: Some("General Hospital".into()),
        log: "https://audit.example.org/fhir".into(),
        reader: Reader {
            issuer: "https://login.example.org".into(),
            subject: Redacted("ada".into()),
            name: Redacted("Dr Ada".into()),
            role: Redacted("radiologist".into()),
            organization: Redacted("General Hospital".into()),
        },
    }
}
