//! Moves the files of the site into a folder that is named by what lies in it, so that a browser may keep them for ever and
//! files of two builds are never taken for each other.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{error::XtaskError, integrity::integrity};

/// What stays beside the page: its address is all that is known of it, so a browser has to ask for it again.
const AT_THE_ROOT: [&str; 3] = ["index.html", "favicon.svg", "service_worker.js"];

/// What the page's markup loads out of the folder.
const IN_MARKUP: [&str; 5] = [
    r#"href="main.css""#,
    r#"href="main.js""#,
    r#"href="skiagraph_worker_bg.wasm""#,
    r#"src="guard.js""#,
    r#"src="main.js""#,
];

/// The list of the folder's files with their hashes, in it; the folder's name is the hash of this list.
const LIST: &str = "files.json";
const PREFIX: &str = "build-";

/// Moves what `site` holds into the folder of its build, and has the page load it from there.
pub(crate) fn fill(site: &Path) -> Result<(), XtaskError> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(site).map_err(XtaskError::file(site))? {
        let path = entry.map_err(XtaskError::file(site))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_file() && !AT_THE_ROOT.contains(&name.as_ref()) {
            let bytes = fs::read(&path).map_err(XtaskError::file(&path))?;
            files.insert(name.into_owned(), integrity(&bytes));
        }
    }
    let list = serde_json::to_string(&files).map_err(|error| XtaskError::Content {
        path: site.to_path_buf(),
        problem: error.to_string(),
    })?;
    let name = name_of(&list);
    let folder = site.join(&name);
    fs::create_dir_all(&folder).map_err(XtaskError::file(&folder))?;
    for file in files.keys() {
        let path = site.join(file);
        fs::rename(&path, folder.join(file)).map_err(XtaskError::file(&path))?;
    }
    let path = folder.join(LIST);
    fs::write(&path, list).map_err(XtaskError::file(&path))?;
    let path = site.join("index.html");
    let page = fs::read_to_string(&path).map_err(XtaskError::file(&path))?;
    let page = lead(&page, &name).map_err(|place| XtaskError::Content {
        path: path.clone(),
        problem: format!("should have {place} once"),
    })?;
    fs::write(&path, page).map_err(XtaskError::file(&path))
}

/// The folder of the one build that `site` holds.
pub(crate) fn find(site: &Path) -> Result<PathBuf, XtaskError> {
    let entries = fs::read_dir(site).map_err(XtaskError::file(site))?;
    let mut folders = entries.filter_map(|entry| {
        let name = entry.ok()?.file_name();
        let is_build = name.to_string_lossy().starts_with(PREFIX);
        is_build.then(|| site.join(name))
    });
    match (folders.next(), folders.next()) {
        (Some(folder), None) => Ok(folder),
        _ => Err(XtaskError::Content {
            path: site.to_path_buf(),
            problem: format!("should have one folder {PREFIX}..."),
        }),
    }
}

/// 64 bits of the hash: builds of one site are few, and nobody gains by two of one name.
fn name_of(list: &str) -> String {
    let hash = Sha256::digest(list.as_bytes());
    hash.iter()
        .take(8)
        .fold(PREFIX.to_owned(), |mut name, byte| {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
            name
        })
}

/// The page with the files of its markup in `folder`; else the place that is not in it, or not once.
fn lead<'a>(page: &str, folder: &str) -> Result<String, &'a str> {
    IN_MARKUP.iter().try_fold(page.to_owned(), |page, place| {
        let led = place.replacen("=\"", &format!("=\"{folder}/"), 1);
        match page.matches(place).count() {
            1 => Ok(page.replace(place, &led)),
            _ => Err(*place),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_loads_its_files_out_of_the_folder_and_one_that_is_not_there_is_an_error() {
        let page = IN_MARKUP.join(" ");
        let led = lead(&page, "build-0").unwrap();
        assert!(led.starts_with(r#"href="build-0/main.css" href="build-0/main.js""#));
        assert_eq!(led.matches("build-0/").count(), IN_MARKUP.len());
        assert_eq!(lead(&led, "build-0"), Err(IN_MARKUP[0]));
    }

    /// `printf '{}' | sha256sum | cut -c1-16`.
    #[test]
    fn a_folder_is_named_by_the_hash_of_its_list() {
        assert_eq!(name_of("{}"), "build-44136fa355b3678a");
    }
}
