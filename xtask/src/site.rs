//! Builds the static site in `dist/`: Trunk puts it together, and what did not change is not built again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    build_folder, error::XtaskError, fingerprint, integrity, paths, process::Invocation, sbom,
    sizes, tools, traceless,
};

/// Everything that the site is made from.
const SOURCES: [&str; 6] = [
    "src",
    "www",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    ".cargo/config.toml",
];

/// The configuration of a site that came with none: one archive beside it, nobody signs in (loopback only).
const CONFIG: &str = r#"{
  "sources": [{ "id": "main", "label": "Archive", "root": "/dicom-web" }],
  "auth": { "mode": "none" }
}
"#;

/// How the modules are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Quickly, for a developer's look.
    Dev,
    /// Small and fast, for everybody else.
    Release,
}

/// `build`: the site, whatever was there, and its sizes.
pub(crate) fn build(mode: Mode) -> Result<(), XtaskError> {
    make(mode)?;
    print!("{}", sizes::table(&sizes::weigh(&paths::site())?));
    Ok(())
}

/// The release site, built where it is missing or its sources have changed.
pub(crate) fn ensure() -> Result<(), XtaskError> {
    let page = paths::site().join("index.html");
    if page.is_file() && fingerprint::is_current(&stamp(), &fingerprint_for(Mode::Release)?) {
        println!("dist/ is up to date");
        return Ok(());
    }
    make(Mode::Release)
}

fn make(mode: Mode) -> Result<(), XtaskError> {
    tools::ensure_for_site()?;
    // Taken before the build: what is edited meanwhile is built next time.
    let fingerprint = fingerprint_for(mode)?;
    let options: &[&str] = match mode {
        Mode::Dev => &[],
        Mode::Release => &["--release"],
    };
    Invocation::line("trunk build")
        .args(options)
        .variable(traceless::VARIABLE, traceless::flags())
        .run()?;
    if mode == Mode::Release {
        minify()?;
    }
    integrity::write(&paths::site())?;
    build_folder::fill(&paths::site())?;
    add_config()?;
    sbom::write(&paths::site())?;
    fingerprint::keep(&stamp(), &fingerprint)
}

/// The scripts that wasm-bindgen wrote, and the styles; the shell's bundle is small already.
fn minify() -> Result<(), XtaskError> {
    let site = paths::site();
    let entries = fs::read_dir(&site).map_err(XtaskError::file(&site))?;
    let names = entries.filter_map(|entry| Some(PathBuf::from(entry.ok()?.file_name())));
    let names: Vec<_> = names.filter(|name| is_text_to_minify(name)).collect();
    if names.is_empty() {
        return Ok(());
    }
    Invocation::line("esbuild --minify --allow-overwrite --log-level=warning --outdir=.")
        .folder(&site)
        .args(&names)
        .run()
}

fn is_text_to_minify(file: &Path) -> bool {
    let extension = file.extension().unwrap_or_default();
    extension == "js" || extension == "css"
}

fn add_config() -> Result<(), XtaskError> {
    let config = paths::site().join("config.json");
    let own = paths::www().join("config.json");
    let text = if own.is_file() {
        fs::read_to_string(&own).map_err(XtaskError::file(&own))?
    } else {
        CONFIG.to_owned()
    };
    fs::write(&config, text).map_err(XtaskError::file(&config))
}

fn fingerprint_for(mode: Mode) -> Result<String, XtaskError> {
    fingerprint::of(&SOURCES, &format!("{mode:?}"))
}

fn stamp() -> PathBuf {
    paths::target().join("site.stamp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_config_is_what_the_contract_says() {
        let config: serde_json::Value = serde_json::from_str(CONFIG).unwrap();
        assert_eq!(config["sources"][0]["root"], "/dicom-web");
        assert_eq!(config["sources"].as_array().map(Vec::len), Some(1));
        assert_eq!(config["auth"]["mode"], "none");
    }

    #[test]
    fn scripts_and_styles_are_minified_but_no_types_and_modules() {
        let names = ["worker.js", "page.css", "worker.d.ts", "worker_bg.wasm"];
        let minified = names.map(|name| is_text_to_minify(Path::new(name)));
        assert_eq!(minified, [true, true, false, false]);
    }

    #[test]
    fn a_dev_site_does_not_pass_for_a_release_site() {
        let [dev, release] = [Mode::Dev, Mode::Release].map(|mode| fingerprint_for(mode).unwrap());
        assert_ne!(dev, release);
    }
}
