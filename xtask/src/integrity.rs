//! Writes into the page which files belong to it: hashes that the browser and the shell hold against what arrives, before any
//! of it runs (W3C Subresource Integrity).

use std::{fs, path::Path};

use sha2::{Digest, Sha384};
use skiagraph_dicom::dicomweb::encode_base64;

use crate::error::XtaskError;

/// What the page's own markup loads, and how it names it there.
const IN_MARKUP: [(&str, &str); 4] = [
    ("guard.js", r#"src="guard.js""#),
    ("main.css", r#"href="main.css""#),
    ("main.js", r#"href="main.js""#),
    ("main.js", r#"src="main.js""#),
];

/// What the shell loads by itself. Scripts of workers are not among it: a browser has no way to hold them against a hash.
const BY_SHELL: [&str; 7] = [
    "copies.js",
    "login.js",
    "skiagraph_worker_bg.wasm",
    "viewer_webgl.js",
    "viewer_webgl_bg.wasm",
    "viewer_webgpu.js",
    "viewer_webgpu_bg.wasm",
];

/// The place of the list: before anything is loaded.
const HEAD: &str = r#"<meta charset="utf-8">"#;

/// Enters the hashes of the files of `site` into its page.
pub(crate) fn write(site: &Path) -> Result<(), XtaskError> {
    let hash = |name: &str| {
        let path = site.join(name);
        let bytes = fs::read(&path).map_err(XtaskError::file(&path))?;
        Ok::<String, XtaskError>(integrity(&bytes))
    };
    let path = site.join("index.html");
    let mut page = fs::read_to_string(&path).map_err(XtaskError::file(&path))?;
    let list: Vec<String> = BY_SHELL
        .iter()
        .map(|name| Ok(format!("{name} {}", hash(name)?)))
        .collect::<Result<_, XtaskError>>()?;
    let list = format!(
        r#"<meta name="skiagraph-integrity" content="{}">"#,
        list.join(";")
    );
    enter(&mut page, HEAD, &list, &path)?;
    for (name, markup) in IN_MARKUP {
        enter(
            &mut page,
            markup,
            &format!(r#" integrity="{}""#, hash(name)?),
            &path,
        )?;
    }
    fs::write(&path, page).map_err(XtaskError::file(&path))
}

/// Adds `more` after `place`, which stands in the page once.
fn enter(page: &mut String, place: &str, more: &str, path: &Path) -> Result<(), XtaskError> {
    let mut places = page.match_indices(place);
    match (places.next(), places.next()) {
        (Some((start, _)), None) => {
            page.insert_str(start + place.len(), more);
            Ok(())
        }
        _ => Err(XtaskError::Content {
            path: path.to_path_buf(),
            problem: format!("should have {place} once"),
        }),
    }
}

/// The value of an `integrity` attribute.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", encode_base64(&Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `printf "alert('Hello, world.');" | openssl dgst -sha384 -binary | openssl base64 -A` prints; W3C SRI 1, 3.2
    /// has the same script.
    #[test]
    fn a_hash_is_written_as_subresource_integrity_has_it() {
        assert_eq!(
            integrity(b"alert('Hello, world.');"),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
        );
    }

    #[test]
    fn a_page_without_a_place_for_the_hash_is_refused() {
        let mut page = r#"<script src="main.js"></script>"#.to_owned();
        let path = Path::new("index.html");
        let markup = r#"src="main.js""#;
        assert!(enter(&mut page, markup, r#" integrity="x""#, path).is_ok());
        assert_eq!(page, r#"<script src="main.js" integrity="x"></script>"#);
        assert!(enter(&mut page, HEAD, "", path).is_err(), "not there");
        let mut twice = page.repeat(2);
        assert!(
            enter(&mut twice, markup, "", path).is_err(),
            "not clear which"
        );
    }
}
