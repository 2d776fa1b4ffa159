//! The built viewer as static files, with the security headers that a deployment must send too.

use std::fs;
use std::path::{Path, PathBuf};

use crate::http::{Payload, Refusal, Response};

/// What the viewer's pages may do; the same for every deployment, apart from the origins to connect to.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    worker-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-src 'none'; \
    frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types app-url";

const HEADERS: [(&str, &str); 8] = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Permissions-Policy",
        "camera=(), microphone=(), geolocation=(), payment=()",
    ),
    ("Cache-Control", "no-cache"),
];

/// The file at a decoded path below the site; `/` is its `index.html`.
pub(crate) fn serve(
    site: Option<&Path>,
    config: Option<&str>,
    path: &str,
) -> Result<Response, Refusal> {
    let mut response = match config.filter(|_| path == "/config.json") {
        Some(text) => Response::new(200, mime_type(path), text.as_bytes().to_vec()),
        None => file(site, path)?,
    };
    for (name, value) in HEADERS {
        response.set(name, value);
    }
    if is_for_ever(path) {
        response.set("Cache-Control", "max-age=31536000, immutable");
    }
    Ok(response)
}

/// In a folder that is named by what lies in it. The worker's script brings the policy that workers live under, which is the
/// configuration's and not the build's.
fn is_for_ever(path: &str) -> bool {
    path.starts_with("/build-") && !path.ends_with("/worker.js")
}

fn file(site: Option<&Path>, path: &str) -> Result<Response, Refusal> {
    let missing = || Refusal::new(404, "there is no such file");
    let mut file = site
        .and_then(|site| below(site, path))
        .ok_or_else(missing)?;
    if file.is_dir() {
        file.push("index.html");
    }
    let length = fs::metadata(&file).map_err(|_| missing())?.len();
    let content_type = mime_type(&file.to_string_lossy());
    let ranges = vec![(0, length)];
    Ok(Response::single(
        200,
        content_type,
        Payload::File { path: file, ranges },
    ))
}

/// A path inside the site: its segments are plain names, and no link leads out.
fn below(site: &Path, path: &str) -> Option<PathBuf> {
    let mut file = site.to_owned();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        if segment.starts_with('.') || segment.contains(['\\', '\0', ':']) {
            return None;
        }
        file.push(segment);
    }
    let real = file.canonicalize().ok()?;
    real.starts_with(site.canonicalize().ok()?).then_some(real)
}

fn mime_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
