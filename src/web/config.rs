//! `config.json`: read at start; unknown keys and wrong types are refused by name.

mod cache;
mod links;

use crate::wrong;
use cache::CacheConfig;
use links::{CapabilityConfig, ClaimsConfig, SmartConfig};
use serde::{Deserialize, Serialize};
use skiagraph_core::session::event::LOCAL_SOURCE;
use skiagraph_core::session::preview::PreviewFirst;
use skiagraph_dicom::dicomweb::reach::{check_address, is_loopback};

/// What the idle lock can be set to (45 CFR 164.312(a)(2)(iii) leaves it to the site).
const IDLE_MINUTES: std::ops::RangeInclusive<u32> = 2..=60;

/// The runtime configuration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) sources: Vec<SourceConfig>,
    pub(crate) auth: AuthConfig,
    /// Where later versions keep reports, and the record of `audit` where that names no root of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fhir: Option<FhirConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) audit: Option<AuditConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) embed: Option<EmbedConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deidentify: Option<DeidentifyConfig>,
    /// EHRs that may launch the viewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    smart: Option<SmartConfig>,
    /// Links with a token of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capability: Option<CapabilityConfig>,
    /// What may lie on the reader's disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cache: Option<CacheConfig>,
    #[serde(default)]
    pub(crate) intended_use: IntendedUse,
    #[serde(default)]
    pub(crate) preview_first: PreviewConfig,
    #[serde(default = "quarter_of_an_hour")]
    pub(crate) idle_minutes: u32,
}

/// One archive.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SourceConfig {
    pub(crate) id: String,
    pub(crate) label: String,
    /// Root of its DICOMweb services: a path of this site, or an absolute address.
    pub(crate) root: String,
}

/// How the reader is known to the archives.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AuthConfig {
    pub(crate) mode: AuthMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
    /// Where the id token says in which role and for whom somebody reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<ClaimsConfig>,
}

/// Ways of signing in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AuthMode {
    /// Nobody signs in: this computer only.
    None,
    /// OpenID Connect: a token in the Authorization header.
    Bearer,
    /// A proxy in front of the site keeps a cookie.
    Cookie,
}

/// Which pages may show the viewer in a frame and speak to it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EmbedConfig {
    /// As `location.origin` has them.
    pub(crate) origins: Vec<String>,
}

/// What becomes of copies without the patient's identity.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeidentifyConfig {
    /// Id of the archive that they may be sent to.
    pub(crate) to: String,
}

/// A FHIR server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FhirConfig {
    pub(crate) root: String,
}

/// The record of what readers do.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AuditConfig {
    /// Root of the FHIR server that takes AuditEvents, where it is not that of `fhir`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) root: Option<String>,
    /// No study is opened without its record.
    #[serde(default)]
    pub(crate) required: bool,
    /// The organisation's name for this place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) site: Option<String>,
    /// A reader whom the archive refuses may say why it must be, and try again.
    #[serde(default)]
    break_glass: bool,
}

impl Config {
    /// Root of the FHIR server that takes the record, where one is kept.
    pub(crate) fn audit_root(&self) -> Option<&str> {
        let own = self.audit.as_ref()?.root.as_deref();
        let root = own.or(self.fhir.as_ref().map(|fhir| fhir.root.as_str()));
        root.map(str::trim)
    }
}

/// What the organisation that runs the site answers for.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum IntendedUse {
    #[default]
    Review,
    ValidatedDiagnostic,
}

/// When all of a study comes coarse before any of it comes whole.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PreviewConfig {
    #[default]
    Asked,
    ThinLine,
    Always,
}

impl From<PreviewConfig> for PreviewFirst {
    fn from(config: PreviewConfig) -> Self {
        match config {
            PreviewConfig::Asked => Self::Asked,
            PreviewConfig::ThinLine => Self::ThinLine,
            PreviewConfig::Always => Self::Always,
        }
    }
}

fn quarter_of_an_hour() -> u32 {
    15
}

/// Reads the configuration of a page at `host` (`location.hostname`).
///
/// # Errors
/// A sentence that names the key.
pub(crate) fn read(text: &str, host: &str) -> Result<Config, String> {
    let config: Config = serde_json::from_str(text)
        .map_err(|error| format!("config.json: {}.", wrong::describe(text, &error)))?;
    check(&config, host).map_err(|problem| format!("config.json: {problem}."))?;
    Ok(config)
}

fn check(config: &Config, host: &str) -> Result<(), String> {
    if config.sources.is_empty() {
        return Err("sources: at least one archive is needed".to_owned());
    }
    for (index, source) in config.sources.iter().enumerate() {
        let is_known = config.sources[..index]
            .iter()
            .any(|other| other.id == source.id);
        if source.id.is_empty() || source.id == LOCAL_SOURCE || is_known {
            return Err(format!(
                "sources[{index}].id: each archive needs an id of its own, other than \"local\""
            ));
        }
        check_address(source.root.trim(), true)
            .map_err(|problem| format!("sources[{index}].root: {problem}"))?;
    }
    let is_open = config.auth.mode == AuthMode::None;
    if is_open && !is_loopback(host) {
        return Err(
            "auth.mode: \"none\" lets everybody in and works on this computer only (localhost)"
                .to_owned(),
        );
    }
    let is_complete = config.auth.issuer.is_some() && config.auth.client_id.is_some();
    if config.auth.mode == AuthMode::Bearer && !is_complete {
        return Err("auth: \"bearer\" needs issuer and clientId".to_owned());
    }
    if let Some(issuer) = &config.auth.issuer {
        check_address(issuer, false).map_err(|problem| format!("auth.issuer: {problem}"))?;
    }
    if let Some(fhir) = &config.fhir {
        check_address(fhir.root.trim(), true).map_err(|problem| format!("fhir.root: {problem}"))?;
    }
    match (&config.audit, config.audit_root()) {
        (Some(_), None) => {
            return Err(
                "audit: the root of a FHIR server is needed, here or as fhir.root".to_owned(),
            );
        }
        (Some(_), Some(root)) => {
            check_address(root, true).map_err(|problem| format!("audit.root: {problem}"))?;
        }
        (None, _) => {}
    }
    if let Some(deidentify) = &config.deidentify {
        let is_known = |source: &SourceConfig| source.id == deidentify.to;
        if !config.sources.iter().any(is_known) {
            return Err(
                "deidentify.to: the id of one of the archives in sources is needed".to_owned(),
            );
        }
    }
    let origins = config.embed.iter().flat_map(|embed| &embed.origins);
    for (index, origin) in origins.enumerate() {
        check_origin(origin).map_err(|problem| format!("embed.origins[{index}]: {problem}"))?;
    }
    links::check(config)?;
    if !IDLE_MINUTES.contains(&config.idle_minutes) {
        let (least, most) = IDLE_MINUTES.into_inner();
        return Err(format!("idleMinutes: {least} to {most} are possible"));
    }
    Ok(())
}

fn check_origin(origin: &str) -> Result<(), &'static str> {
    check_address(origin, false)?;
    match origin.split_once("://") {
        Some((_, host)) if !host.contains('/') && origin == origin.to_lowercase() => Ok(()),
        _ => Err(
            "an origin in small letters and without a path, such as https://ehr.example.org, is needed",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: &str =
        r#""sources": [{ "id": "main", "label": "Archive", "root": "/dicom-web" }]"#;

    #[test]
    fn an_unknown_key_and_a_wrong_type_are_refused_by_name() {
        let unknown = format!(r#"{{ {SOURCES}, "auth": {{ "mode": "none", "colour": 1 }} }}"#);
        assert!(read(&unknown, "localhost").unwrap_err().contains("colour"));
        let wrong =
            format!(r#"{{ {SOURCES}, "auth": {{ "mode": "none" }}, "idleMinutes": "ten" }}"#);
        assert!(
            read(&wrong, "localhost")
                .unwrap_err()
                .contains("idleMinutes")
        );
    }

    #[test]
    fn a_site_may_have_everything_coarse_first() {
        let with = |more: &str| {
            let text = format!(r#"{{ {SOURCES}, "auth": {{ "mode": "cookie" }}{more} }}"#);
            let config = read(&text, "viewer.example.org")?;
            Ok::<_, String>(PreviewFirst::from(config.preview_first))
        };
        assert_eq!(with(""), Ok(PreviewFirst::Asked));
        let thin = with(r#", "previewFirst": "thinLine""#);
        assert_eq!(thin, Ok(PreviewFirst::ThinLine));
        let wrong = with(r#", "previewFirst": "never""#).unwrap_err();
        assert!(wrong.contains("previewFirst"), "{wrong}");
    }

    #[test]
    fn who_may_embed_the_page_is_told_by_origins() {
        let with = |origin: &str| {
            format!(
                r#"{{ {SOURCES}, "auth": {{ "mode": "cookie" }}, "embed": {{ "origins": ["{origin}"] }} }}"#
            )
        };
        for good in [
            "https://ehr.example.org",
            "https://ehr:8443",
            "http://localhost:8080",
        ] {
            assert!(read(&with(good), "viewer.example.org").is_ok(), "{good}");
        }
        for bad in [
            "*",
            "ehr.example.org",
            "https://ehr.example.org/",
            "https://EHR.example.org",
            "http://ehr.example.org",
        ] {
            let problem = read(&with(bad), "viewer.example.org").unwrap_err();
            assert!(problem.contains("embed.origins[0]"), "{bad}: {problem}");
        }
    }

    #[test]
    fn no_sign_in_is_for_this_computer_only() {
        let text = format!(r#"{{ {SOURCES}, "auth": {{ "mode": "none" }} }}"#);
        for host in ["localhost", "127.0.0.1", "[::1]", "viewer.localhost"] {
            assert!(read(&text, host).is_ok(), "{host}");
        }
        for host in ["pacs.example.org", "10.0.0.1", "127.example.org"] {
            assert!(
                read(&text, host).unwrap_err().contains("auth.mode"),
                "{host}"
            );
        }
    }

    #[test]
    fn a_record_needs_a_server_and_a_line_that_is_encrypted() {
        let audit = |more: &str| {
            let text = format!(r#"{{ {SOURCES}, "auth": {{ "mode": "cookie" }}, {more} }}"#);
            read(&text, "viewer.example.org")
        };
        let root = |more: &str| audit(more).map(|config| config.audit_root().map(str::to_owned));
        assert_eq!(
            root(r#""fhir": { "root": "/fhir" }"#),
            Ok(None),
            "only where it is asked for"
        );
        let of_fhir = root(r#""fhir": { "root": "/fhir" }, "audit": {}"#);
        assert_eq!(of_fhir, Ok(Some("/fhir".to_owned())));
        let own =
            root(r#""fhir": { "root": "/fhir" }, "audit": { "root": "/log", "required": true }"#);
        assert_eq!(own, Ok(Some("/log".to_owned())));
        for (more, key) in [
            (r#""audit": {}"#, "audit"),
            (
                r#""audit": { "root": "http://log.example.org/" }"#,
                "audit.root",
            ),
            (
                r#""audit": { "root": "/log", "required": "yes" }"#,
                "required: invalid type",
            ),
            (
                r#""audit": { "root": "/log", "endpoint": "/x" }"#,
                "endpoint",
            ),
        ] {
            assert!(audit(more).unwrap_err().contains(key), "{more}");
        }
    }

    /// Standards 4.11 (e): nothing goes over a line that is not encrypted, except within this computer.
    #[test]
    fn what_is_not_encrypted_is_refused_by_name() {
        let bearer = |issuer: &str, root: &str, minutes: u32| {
            let text = format!(
                r#"{{ "sources": [{{ "id": "main", "label": "Archive", "root": "{root}" }}], "idleMinutes": {minutes},
                     "auth": {{ "mode": "bearer", "issuer": "{issuer}", "clientId": "viewer" }} }}"#
            );
            read(&text, "viewer.example.org").map(drop)
        };
        let issuer = "https://login.example.org/realms/clinic";
        assert_eq!(bearer(issuer, "/dicom-web", 15), Ok(()));
        let refused = |outcome: Result<(), String>, key: &str| {
            assert!(outcome.unwrap_err().contains(key), "{key}");
        };
        refused(
            bearer("http://login.example.org", "/dicom-web", 15),
            "auth.issuer",
        );
        refused(bearer("/login", "/dicom-web", 15), "auth.issuer");
        refused(
            bearer(issuer, "http://pacs.example.org/", 15),
            "sources[0].root",
        );
        refused(bearer(issuer, "//pacs.example.org/", 15), "sources[0].root");
        refused(bearer(issuer, "/dicom-web", 0), "idleMinutes");
        refused(bearer(issuer, "/dicom-web", 61), "idleMinutes");
    }
}
