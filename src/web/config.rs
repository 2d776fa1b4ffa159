//! `config.json`: read at start; unknown keys and wrong types are refused by name.

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// The runtime configuration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) sources: Vec<SourceConfig>,
    #[serde(default)]
    pub(crate) auth: AuthConfig,
    #[serde(default)]
    pub(crate) fhir: Option<FhirConfig>,
    #[serde(default)]
    pub(crate) intended_use: IntendedUse,
    #[serde(default = "fifteen")]
    pub(crate) idle_minutes: u32,
}

/// One archive.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceConfig {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) root: String,
}

/// How the reader is known.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
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

/// Modes of sign-in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AuthMode {
    #[default]
    None,
    Bearer,
    Cookie,
}

/// The FHIR server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FhirConfig {
    pub(crate) root: String,
}

/// What the deploying organisation answers for.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum IntendedUse {
    #[default]
    Review,
    ValidatedDiagnostic,
}

fn fifteen() -> u32 {
    15
}

/// Reads the configuration; the message names the key.
pub(crate) fn read(text: &str) -> Result<Config, String> {
    let config: Config =
        serde_json::from_str(text).map_err(|error| format!("config.json: {error}"))?;
    if config.sources.is_empty() {
        return Err("config.json: \"sources\" names no archive".to_owned());
    }
    Ok(config)
}

/// Checks the text of `config.json` and gives it back with its defaults.
///
/// # Errors
/// An `Error` whose message names the key.
#[wasm_bindgen(js_name = parseConfig)]
pub fn parse_config(text: &str) -> Result<JsValue, JsValue> {
    let config = read(text).map_err(|message| js_sys::Error::new(&message))?;
    Ok(crate::js::to_js(
        &serde_json::to_value(config).unwrap_or_default(),
    ))
}
