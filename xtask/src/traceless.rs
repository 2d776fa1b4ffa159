//! Keeps the folders of the machine that builds out of the modules, so that two builds of one revision give the same bytes.

use std::{env, ffi::OsString, fs, path::PathBuf};

use crate::{build_folder, error::XtaskError, paths};

/// The variable by which Cargo adds to the flags of `.cargo/config.toml`.
pub(crate) const VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Flags that give sources of dependencies, and of the project itself, names that are the same everywhere.
pub(crate) fn flags() -> OsString {
    let renamed = [(registries(), "deps"), (vec![paths::root()], ".")];
    let flags = renamed.into_iter().flat_map(|(folders, name)| {
        let flag =
            move |folder: PathBuf| format!("--remap-path-prefix={}={name}", folder.display());
        folders.into_iter().map(flag)
    });
    flags.collect::<Vec<_>>().join(" ").into()
}

/// Where Cargo unpacks dependencies: a folder for each registry.
fn registries() -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let sources = home.map(|home| home.join("registry").join("src"));
    let folders = sources.and_then(|sources| fs::read_dir(sources).ok());
    let mut folders: Vec<PathBuf> = folders
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    folders.sort();
    folders
}

/// Modules of the site that name a folder of this machine.
pub(crate) fn named_folders() -> Result<Vec<String>, XtaskError> {
    let site = build_folder::find(&paths::site())?;
    let mut strings: Vec<String> = registries()
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    strings.push(paths::root().display().to_string());
    let mut found = Vec::new();
    for entry in fs::read_dir(&site).map_err(XtaskError::file(&site))? {
        let path = entry.map_err(XtaskError::file(&site))?.path();
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let bytes = fs::read(&path).map_err(XtaskError::file(&path))?;
        let names = |text: &&String| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        found.extend(strings.iter().find(names).map(|_| {
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_this_project_lose_their_folder() {
        let flags = flags().into_string().unwrap();
        let own = format!("--remap-path-prefix={}=.", paths::root().display());
        assert!(flags.ends_with(&own), "{flags}");
        assert!(!flags.contains("--remap-path-prefix==") && !flags.contains("=deps="));
    }
}
