//! The parts of `config.json` about links from elsewhere: EHRs that launch the viewer, servers that hand out links, claims.

use super::Config;
use serde::{Deserialize, Serialize};
use skiagraph_dicom::dicomweb::reach::check_address;

/// SMART App Launch: an address may name a FHIR server only if it stands here.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SmartConfig {
    issuers: Vec<SmartIssuer>,
}

/// The FHIR server of an EHR.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SmartIssuer {
    /// Root of the FHIR server, as the EHR writes it into the launch.
    iss: String,
    /// What the EHR calls this viewer.
    client_id: String,
    /// Which archive has the EHR's studies; the first one where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The archive takes the EHR's tokens: one authority for both.
    #[serde(default)]
    token_for_source: bool,
}

/// Links that carry a token for one study.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CapabilityConfig {
    /// Which archive takes such tokens.
    source: String,
}

/// Names of claims in the id token.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ClaimsConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
}

pub(super) fn check(config: &Config) -> Result<(), String> {
    let is_source = |id: &str| config.sources.iter().any(|source| source.id == id);
    let issuers = config.smart.iter().flat_map(|smart| &smart.issuers);
    for (index, issuer) in issuers.enumerate() {
        check_address(issuer.iss.trim(), false)
            .map_err(|problem| format!("smart.issuers[{index}].iss: {problem}"))?;
        if issuer.client_id.is_empty() {
            return Err(format!(
                "smart.issuers[{index}].clientId: the EHR's name for this viewer is needed"
            ));
        }
        if !issuer.source.as_deref().is_none_or(is_source) {
            return Err(format!(
                "smart.issuers[{index}].source: no archive has this id"
            ));
        }
    }
    match &config.capability {
        Some(capability) if !is_source(&capability.source) => {
            Err("capability.source: no archive has this id".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    fn outcome(more: &str) -> Result<(), String> {
        let text = format!(
            r#"{{ "sources": [{{ "id": "main", "label": "Archive", "root": "/dicom-web" }}], "auth": {{ "mode": "cookie" }}, {more} }}"#
        );
        read(&text, "viewer.example.org").map(drop)
    }

    #[test]
    fn an_ehr_is_named_by_an_encrypted_address_and_a_known_archive() {
        let issuer = |iss: &str, more: &str| {
            outcome(&format!(
                r#""smart": {{ "issuers": [{{ "iss": "{iss}", "clientId": "viewer"{more} }}] }}"#
            ))
        };
        let good = "https://ehr.example.org/fhir/r4";
        assert_eq!(issuer(good, ""), Ok(()));
        let all = r#", "source": "main", "scope": "launch", "tokenForSource": true"#;
        assert_eq!(issuer(good, all), Ok(()));
        for (iss, more, key) in [
            ("http://ehr.example.org/fhir", "", "smart.issuers[0].iss"),
            ("/fhir", "", "smart.issuers[0].iss"),
            (good, r#", "source": "other""#, "smart.issuers[0].source"),
            (good, r#", "secret": "x""#, "secret"),
        ] {
            let problem = issuer(iss, more).unwrap_err();
            assert!(problem.contains(key), "{problem}");
        }
    }

    #[test]
    fn links_with_a_token_are_for_an_archive_of_the_configuration() {
        assert_eq!(outcome(r#""capability": { "source": "main" }"#), Ok(()));
        for (more, key) in [
            (r#""capability": { "source": "x" }"#, "capability.source"),
            (r#""capability": {}"#, "source"),
            (r#""capability": { "source": "main", "url": "/x" }"#, "url"),
        ] {
            let problem = outcome(more).unwrap_err();
            assert!(problem.contains(key), "{problem}");
        }
    }
}
