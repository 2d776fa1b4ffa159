//! Audit records before an independent judge: fhir.resources, which knows the elements of FHIR R4B and their types.

use serde_json::Value;
use skiagraph_dicom::audit::audit_event;
use skiagraph_tests::write::audit::{all_deeds, head, origin};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Reads one resource a line; answers one line each: "ok", or what is wrong with it.
const JUDGE: &str = "
import sys
from fhir.resources.R4B.auditevent import AuditEvent
for line in sys.stdin:
    try:
        AuditEvent.model_validate_json(line)
        print('ok')
    except Exception as error:
        print(repr(str(error)))
";

/// Its verdicts, or `None` where `cargo xtask test` has not installed it.
fn judge(resources: &[String]) -> Option<Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let mut child = Command::new(root.join("target/python-fhir/bin/python"))
        .args(["-c", JUDGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    input
        .write_all((resources.join("\n") + "\n").as_bytes())
        .expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("text");
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn every_kind_of_record_is_a_valid_audit_event_to_an_independent_judge() {
    let records: Vec<String> = all_deeds()
        .iter()
        .map(|deed| audit_event(deed, &head(), &origin()))
        .collect();
    // What no reader may pass: a missing element, an unknown one, a wrong type, a wrong moment.
    let broken = |change: fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&records[0]).expect("JSON");
        change(&mut value);
        value.to_string()
    };
    let bad = [
        broken(|value| value["agent"][0]["requestor"] = Value::Null),
        broken(|value| value["hash"] = "abc".into()),
        broken(|value| value["entity"] = "chain".into()),
        broken(|value| value["recorded"] = "yesterday".into()),
    ];
    let all: Vec<String> = records.iter().chain(&bad).cloned().collect();
    let Some(verdicts) = judge(&all) else {
        println!("skipped: target/python-fhir is not on this machine");
        return;
    };
    assert_eq!(verdicts.len(), all.len());
    let (good, refused) = verdicts.split_at(records.len());
    for (verdict, deed) in good.iter().zip(all_deeds()) {
        assert_eq!(verdict, "ok", "{deed:?}");
    }
    assert!(
        refused.iter().all(|verdict| verdict != "ok"),
        "the judge can refuse: {refused:?}"
    );
}
