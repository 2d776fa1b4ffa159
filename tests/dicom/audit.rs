//! Audit records: each kind with the codes of PS3.15 A.5.3, the agents and entities of IHE BALP, and nothing too much.

use serde_json::{Value, json};
use skiagraph_core::ledger::NO_HASH;
use skiagraph_core::session::audit::{Deed, Destination};
use skiagraph_core::session::effect::Resource;
use skiagraph_core::study::redacted::Redacted;
use skiagraph_dicom::audit::audit_event;
use skiagraph_tests::write::audit::{all_deeds, head, origin, study};

fn record(deed: &Deed) -> Value {
    let text = audit_event(deed, &head(), &origin());
    serde_json::from_str(&text).expect("JSON")
}

/// Event ID, event type, action and outcome.
fn event(deed: &Deed) -> [Value; 4] {
    let event = record(deed);
    [
        event["type"]["code"].clone(),
        event["subtype"][0]["code"].clone(),
        event["action"].clone(),
        event["outcome"].clone(),
    ]
}

#[track_caller]
fn is(deed: Deed, id: &str, kind: Option<&str>, action: &str, outcome: &str) {
    assert_eq!(
        event(&deed),
        [json!(id), json!(kind), json!(action), json!(outcome)]
    );
}

/// The agent whose type has this code.
fn agent<'a>(event: &'a Value, code: &str) -> &'a Value {
    let agents = event["agent"].as_array().expect("agents");
    let mut those = agents
        .iter()
        .filter(|agent| agent["type"]["coding"][0]["code"] == code);
    let found = those.next().unwrap_or_else(|| panic!("no agent {code}"));
    assert!(those.next().is_none(), "one agent {code}");
    found
}

/// The entity in this role.
fn entity<'a>(event: &'a Value, role: &str) -> Option<&'a Value> {
    let mut entities = event["entity"].as_array().expect("entities").iter();
    entities.find(|entity| entity["role"]["code"] == role && entity["name"] != "Hash chain")
}

fn search() -> Deed {
    Deed::Searched {
        source: "main".into(),
        what: Resource::Accession("A1".into()),
    }
}

fn export(to: Destination) -> Deed {
    Deed::Exported {
        study: study(),
        instance: None,
        to,
    }
}

/// "EV (110100, DCM, "Application Activity")", "EventTypeCode ... (110120, DCM, "Application Start"), (110121, DCM,
/// "Application Stop")".
#[test]
fn ps3_15_a_5_3_1_start_and_stop() {
    is(Deed::Started, "110100", Some("110120"), "E", "0");
    is(Deed::Stopped, "110100", Some("110121"), "E", "0");
}

/// "EV (110101, DCM, "Audit Log Used")", "Shall be: R"; the object is "13 Security Resource", "The URI of the audit log",
/// "Shall be: Security Audit Log".
#[test]
fn ps3_15_a_5_3_2_the_reader_looks_at_the_record() {
    is(Deed::LogRead, "110101", None, "R", "0");
    let event = record(&Deed::LogRead);
    let log = entity(&event, "13").expect("the log");
    assert_eq!(log["name"], "Security Audit Log");
    assert_eq!(log["type"]["code"], "2");
    assert_eq!(
        log["what"]["identifier"]["value"],
        "https://audit.example.org/fhir"
    );
}

/// "Examples of exporting include printing to paper"; "Media (1) ... EV (110154, DCM, "Destination Media")".
#[test]
fn ps3_15_a_5_3_4_files_paper_and_links_are_exports() {
    for (to, medium) in [
        (Destination::File, "110037"),
        (Destination::Paper, "110038"),
        (Destination::Link, "110037"),
        (Destination::Copies, "110037"),
        (Destination::Archive, "110037"),
    ] {
        is(export(to), "110106", None, "R", "0");
        let event = record(&export(to));
        let media = agent(&event, "110154");
        assert_eq!(media["media"]["code"], medium, "PS3.16 CID 405");
        assert_eq!(media["requestor"], false, "Shall be: false");
        agent(&event, "110153");
        assert!(entity(&event, "3").is_some(), "which study");
    }
}

/// "This message records the studies to which the instances belong, not the individual instances": "2 System Object",
/// "3 Report", "EV (110180, DCM, "Study Instance UID")"; "shall only include information about a single patient".
#[test]
fn ps3_15_a_5_3_6_a_study_comes_before_the_readers_eyes() {
    let deed = Deed::StudyOpened(study());
    is(deed.clone(), "110103", None, "R", "0");
    let event = record(&deed);
    let report = entity(&event, "3").expect("the study");
    assert_eq!(report["type"]["code"], "2");
    let identifier = &report["what"]["identifier"];
    assert_eq!(identifier["type"]["coding"][0]["code"], "110180");
    assert_eq!(identifier["value"], "urn:oid:2.25.1");
    let patient = entity(&event, "1").expect("the patient");
    assert_eq!(patient["type"]["code"], "1", "person");
    assert_eq!(
        patient["what"]["identifier"],
        json!({ "value": "P1", "assigner": { "display": "Ward 7" } })
    );
    assert!(!event.to_string().contains("Phantom"), "the ID is enough");
    // BALP, Read: the server is the source of the data, the client their destination.
    assert_eq!(
        agent(&event, "110153")["network"]["address"],
        "https://pacs.example.org/dicom-web"
    );
    assert_eq!(agent(&event, "110152")["who"]["display"], "Skiagraph test");
}

#[test]
fn a_study_without_a_patient_id_names_no_patient() {
    let mut study = study();
    study.patient = Default::default();
    let event = record(&Deed::StudyOpened(study));
    assert_eq!(entity(&event, "1"), None);
}

/// "EV (110112, DCM, "Query")", "Shall be: E"; the issuing process is "EV (110153, DCM, "Source Role ID")", the other one
/// "EV (110152, DCM, "Destination Role ID")". BALP: "The raw search request is base64 encoded and placed in the
/// .entity[query].query element", `what`, `lifecycle` and `detail` 0..0.
#[test]
fn ps3_15_a_5_3_10_a_search() {
    is(search(), "110112", None, "E", "0");
    let event = record(&search());
    assert_eq!(agent(&event, "110153")["who"]["display"], "Skiagraph test");
    assert_eq!(
        agent(&event, "110152")["network"]["type"],
        "5",
        "an address"
    );
    let query = entity(&event, "24").expect("the query");
    // printf '/dicom-web/studies?PatientName=*doe*' | base64
    assert_eq!(
        query["query"],
        "L2RpY29tLXdlYi9zdHVkaWVzP1BhdGllbnROYW1lPSpkb2Uq"
    );
    assert_eq!(query["type"]["code"], "2");
    let members: Vec<&String> = query.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["query", "role", "type"]);
}

/// "A Minor or Serious failure indicates that mitigation efforts were effective in maintaining system security."
#[test]
fn ps3_15_a_5_3_11_images_of_another_patient_and_emergency_access() {
    is(Deed::IdentityMismatch(study()), "110113", None, "E", "8");
    let glass = Deed::GlassBroken {
        study: Some(study()),
        reason: Redacted("stroke".into()),
    };
    is(glass.clone(), "110113", Some("110127"), "E", "0");
    let event = record(&glass);
    assert_eq!(event["purposeOfEvent"][0]["coding"][0]["code"], "BTG");
    assert_eq!(event["outcomeDesc"], "stroke");
}

/// "DT (110122, DCM, "Login")", "DT (110123, DCM, "Logout")"; "in the case of a logout timer, the node might be the
/// UserIsRequestor"; "No Participant Objects are needed for this message."
#[test]
fn ps3_15_a_5_3_12_login_logout_failure_and_timer() {
    is(Deed::SignedIn, "110114", Some("110122"), "E", "0");
    is(Deed::SignedOut, "110114", Some("110123"), "E", "0");
    is(Deed::Locked, "110114", Some("110123"), "E", "0");
    is(Deed::SessionEnded, "110114", Some("110123"), "E", "0");
    let failed = Deed::SignInFailed {
        at_millis: 0.0,
        reason: "You did not sign in".into(),
    };
    is(failed, "110114", Some("110122"), "E", "4");
    let requestor = |deed: &Deed, code: &str| agent(&record(deed), code)["requestor"].clone();
    assert_eq!(requestor(&Deed::SignedOut, "humanuser"), true);
    assert_eq!(requestor(&Deed::Locked, "humanuser"), false);
    assert_eq!(requestor(&Deed::Locked, "110150"), true);
}

/// FHIR R4 AuditEvent: agent.requestor 1..1; BALP, Query and OAuth: the user's `who` is the token's issuer and subject.
#[test]
fn every_record_says_who_when_and_where() {
    for deed in all_deeds() {
        let event = record(&deed);
        assert_eq!(event["resourceType"], "AuditEvent");
        assert_eq!(event["recorded"], "2026-11-24T16:58:35.123Z");
        assert_eq!(event["source"]["site"], "General Hospital");
        let user = &event["agent"][0];
        assert_eq!(
            user["who"]["identifier"],
            json!({ "system": "https://login.example.org", "value": "ada" })
        );
        assert_eq!(user["name"], "Dr Ada");
        let agents = event["agent"].as_array().expect("agents");
        let n_requestors = agents
            .iter()
            .filter(|agent| agent["requestor"] == true)
            .count();
        assert_eq!(n_requestors, 1, "{deed:?}");
    }
}

/// RFC 8785 3.2: no white space, members sorted; so that who has the record can work out its hash.
#[test]
fn a_record_is_canonical_and_names_its_place_in_the_chain() {
    for deed in all_deeds() {
        let text = audit_event(&deed, &head(), &origin());
        let mut value: Value = serde_json::from_str(&text).expect("JSON");
        value.sort_all_objects();
        assert_eq!(value.to_string(), text);
        let chain = value["entity"]
            .as_array()
            .and_then(|all| all.last())
            .expect("the chain");
        assert_eq!(
            chain["what"]["identifier"]["value"],
            "urn:uuid:6b1f0a52-9f0e-4d5e-8a34-1f3a5b7c9d10"
        );
        assert_eq!(
            chain["detail"],
            json!([
                { "type": "number", "valueString": "7" },
                { "type": "sha256-of-previous", "valueString": NO_HASH },
            ])
        );
    }
}

/// IHE BALP, SAML Access Token Use: "~subject:role" is agent[user].role, the organisation is an agent of its own, "healthcare
/// provider", who asked for nothing.
#[test]
fn balp_the_readers_role_and_organisation_are_in_every_record_and_only_where_they_are_known() {
    for deed in all_deeds() {
        let event = record(&deed);
        assert_eq!(
            event["agent"][0]["role"],
            json!([{ "text": "radiologist" }])
        );
        let provider = agent(&event, "HPROV");
        assert_eq!(provider["who"]["display"], "General Hospital");
        assert_eq!(provider["requestor"], false);
    }
    let mut unknown = origin();
    unknown.reader.role = Redacted(String::new());
    unknown.reader.organization = Redacted(String::new());
    let text = audit_event(&Deed::StudyOpened(study()), &head(), &unknown);
    assert!(
        !text.contains(r#""role":[{"text""#) && !text.contains("HPROV"),
        "{text}"
    );
}
