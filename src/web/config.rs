//! `config.json`: read at start; unknown keys and wrong types are refused by name.

use serde::{Deserialize, Serialize};
use skiagraph_core::session::event::LOCAL_SOURCE;

/// The runtime configuration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) sources: Vec<SourceConfig>,
    pub(crate) auth: AuthConfig,
    /// Read by later versions; known here so that one file serves all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fhir: Option<FhirConfig>,
    #[serde(default)]
    pub(crate) intended_use: IntendedUse,
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
}

/// Ways of signing in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AuthMode {
    /// Nobody signs in: this computer only.
    None,
    /// A token in the Authorization header.
    Bearer,
    /// A proxy in front of the site keeps a cookie.
    Cookie,
}

/// A FHIR server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FhirConfig {
    pub(crate) root: String,
}

/// What the organisation that runs the site answers for.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum IntendedUse {
    #[default]
    Review,
    ValidatedDiagnostic,
}

fn quarter_of_an_hour() -> u32 {
    15
}

/// Reads the configuration of a page at `host` (`location.hostname`).
///
/// # Errors
/// A sentence that names the key.
pub(crate) fn read(text: &str, host: &str) -> Result<Config, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let config: Config = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, reason) = (error.path().to_string(), error.inner());
        if path == "." {
            format!("config.json: {reason}.")
        } else {
            format!("config.json: {path}: {reason}.")
        }
    })?;
    json.end()
        .map_err(|error| format!("config.json: {error}."))?;
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
        let root = source.root.trim();
        if !["/", "https://", "http://"]
            .iter()
            .any(|start| root.starts_with(start))
        {
            return Err(format!(
                "sources[{index}].root: a path such as /dicom-web or an address is needed"
            ));
        }
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
    Ok(())
}

/// Names of this computer itself.
fn is_loopback(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
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
}
