//! Which service answers which path.

use serde_json::json;

use crate::Quirks;
use crate::accept::takes_json;
use crate::http::{Refusal, Request, Response};
use crate::qido::{Level, search};
use crate::server::Archive;
use crate::{site, stow, wado};

/// The answer to a request, before any fault.
pub(crate) fn answer(archive: &Archive, request: &Request) -> Response {
    let quirks = archive.options.quirks;
    let service = request.path.strip_prefix(archive.options.root.as_str());
    let result = match service.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => services(archive, request, rest),
        None => static_file(archive, request),
    };
    result.unwrap_or_else(|refusal| refusal.response(request, quirks))
}

/// The switches for tests; nothing where the path is none of them.
pub(crate) fn control(archive: &Archive, request: &Request) -> Option<Response> {
    let done = || Response::empty(204);
    Some(match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/__faults") => match archive.faults.replace(&request.body) {
            Ok(()) => done(),
            Err(details) => Refusal::new(400, details).response(request, Quirks::None),
        },
        ("DELETE", "/__faults") => {
            archive.faults.clear();
            done()
        }
        ("GET", "/__log") => {
            let log = json!(*archive.log());
            Response::new(200, "application/json", log.to_string().into_bytes())
        }
        ("DELETE", "/__log") => {
            archive.log().clear();
            done()
        }
        (_, "/__faults" | "/__log") => Response::empty(405),
        _ => return None,
    })
}

fn static_file(archive: &Archive, request: &Request) -> Result<Response, Refusal> {
    let options = &archive.options;
    match request.method.as_str() {
        "GET" | "HEAD" => site::serve(
            options.site.as_deref(),
            options.site_config.as_deref(),
            &request.path,
        ),
        _ => Err(Refusal::new(405, "files are only read")),
    }
}

fn services(archive: &Archive, request: &Request, rest: &str) -> Result<Response, Refusal> {
    let segments: Vec<&str> = rest
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    match request.method.as_str() {
        "GET" => get(archive, request, &segments),
        "HEAD" if !orthanc => get(archive, request, &segments),
        "POST" => match segments.as_slice() {
            ["studies"] => stow::store(archive, request, None),
            ["studies", study] => stow::store(archive, request, Some(study)),
            _ => Err(unknown(request)),
        },
        _ if orthanc => Err(unknown(request)),
        _ => Err(Refusal::new(405, "this method is not served here")),
    }
}

fn unknown(request: &Request) -> Refusal {
    Refusal::new(404, format!("there is no {}", request.path))
}

fn get(archive: &Archive, request: &Request, segments: &[&str]) -> Result<Response, Refusal> {
    let find = |level, study, series| {
        let orthanc = archive.options.quirks == Quirks::Orthanc;
        if !orthanc && !takes_json(request.header("accept")) {
            return Err(Refusal::new(
                406,
                "searches answer in application/dicom+json",
            ));
        }
        search(archive, request, level, study, series)
    };
    match segments {
        ["studies"] => find(Level::Study, None, None),
        ["series"] => find(Level::Series, None, None),
        ["instances"] => find(Level::Instance, None, None),
        ["studies", study, "series"] => find(Level::Series, Some(*study), None),
        ["studies", study, "instances"] => find(Level::Instance, Some(*study), None),
        ["studies", study, "series", series, "instances"] => {
            find(Level::Instance, Some(*study), Some(*series))
        }
        ["studies", study] => retrieve(archive, request, study, None, wado::files),
        ["studies", study, "metadata"] => metadata(archive, request, study, None),
        ["studies", study, "series", series] => {
            retrieve(archive, request, study, Some(series), wado::files)
        }
        ["studies", study, "series", series, "metadata"] => {
            metadata(archive, request, study, Some(series))
        }
        [
            "studies",
            study,
            "series",
            series,
            "instances",
            sop,
            rest @ ..,
        ] => instance(archive, request, [study, series, sop], rest),
        _ => Err(unknown(request)),
    }
}

type Retrieval =
    fn(&Archive, &Request, &[std::sync::Arc<crate::index::Instance>]) -> Result<Response, Refusal>;

fn metadata(
    archive: &Archive,
    request: &Request,
    study: &str,
    series: Option<&str>,
) -> Result<Response, Refusal> {
    json_only(archive, request)?;
    retrieve(archive, request, study, series, wado::metadata)
}

fn json_only(archive: &Archive, request: &Request) -> Result<(), Refusal> {
    let orthanc = archive.options.quirks == Quirks::Orthanc;
    match orthanc || takes_json(request.header("accept")) {
        true => Ok(()),
        false => Err(Refusal::new(
            406,
            "metadata is sent as application/dicom+json",
        )),
    }
}

fn retrieve(
    archive: &Archive,
    request: &Request,
    study: &str,
    series: Option<&str>,
    retrieval: Retrieval,
) -> Result<Response, Refusal> {
    let instances = archive.index().instances(study, series);
    let missing = || {
        Refusal::new(
            404,
            format!("there is no study or series {}", series.unwrap_or(study)),
        )
    };
    retrieval(archive, request, &instances.ok_or_else(missing)?)
}

fn instance(
    archive: &Archive,
    request: &Request,
    [study, series, sop]: [&str; 3],
    rest: &[&str],
) -> Result<Response, Refusal> {
    let found = archive.index().instance(study, series, sop);
    let instance = found.ok_or_else(|| Refusal::new(404, format!("there is no instance {sop}")))?;
    match rest {
        [] => wado::files(archive, request, &[instance]),
        ["metadata"] => {
            json_only(archive, request)?;
            wado::metadata(archive, request, &[instance])
        }
        ["frames", list] => wado::frame_list(archive, request, &instance, list),
        ["bulkdata" | "bulk", path @ ..] => wado::bulk(archive, request, &instance, path),
        _ => Err(unknown(request)),
    }
}
