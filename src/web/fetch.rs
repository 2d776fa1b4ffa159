//! Small requests: lists and metadata, with a time limit, cancellable, read into core types.

use crate::js;
use js_sys::{ArrayBuffer, Uint8Array};
use skiagraph_core::session::effect::Resource;
use skiagraph_core::session::event::{Answer, Failure};
use skiagraph_dicom::dicomweb::metadata::{self, Asked};
use skiagraph_dicom::dicomweb::query::{Request, Source, StudyQuery};
use skiagraph_dicom::dicomweb::search_line::parse_search_line;
use skiagraph_dicom::error::{MetadataError, Warning};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCredentials, RequestInit, Response};

/// Longest wait for the head of an answer.
const LIMIT_MILLIS: i32 = 15_000;

/// What to send for a resource.
pub(crate) fn request(source: &Source, what: &Resource) -> Request {
    match what {
        Resource::Studies(search) => {
            let now = js_sys::Date::new_0();
            let today = (
                now.get_full_year() as i32,
                now.get_month() as u8 + 1,
                now.get_date() as u8,
            );
            let mut query = parse_search_line(&search.text, today);
            if !search.modality.is_empty() {
                query.modality.clone_from(&search.modality);
            }
            if !search.from.is_empty() || !search.to.is_empty() {
                query.from.clone_from(&search.from);
                query.to.clone_from(&search.to);
            }
            source.studies(&StudyQuery {
                limit: Some(search.limit),
                offset: search.offset,
                ..query
            })
        }
        Resource::Accession(accession) => source.studies(&StudyQuery {
            accession: accession.clone(),
            ..StudyQuery::default()
        }),
        Resource::Study(study) => source.study(study),
        Resource::SeriesList(study) => source.series(study),
        Resource::FirstInstance(study, series) => source.first_instance(study, series),
        Resource::InstanceMetadata(study, series, instance) => {
            source.instance_metadata(study, series, instance)
        }
        Resource::SeriesMetadata(study, series) => source.series_metadata(study, series),
    }
}

/// Sends the request and gives the body.
pub(crate) async fn send(
    request: &Request,
    authorization: &str,
    signal: &AbortSignal,
) -> Result<Vec<u8>, Failure> {
    let unreachable = |_: JsValue| Failure::Unreachable;
    let headers = Headers::new().map_err(unreachable)?;
    headers.set("Accept", request.accept).map_err(unreachable)?;
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::SameOrigin);
    if !authorization.is_empty() {
        init.set_credentials(RequestCredentials::Omit);
        headers
            .set("Authorization", authorization)
            .map_err(unreachable)?;
    }
    init.set_headers(&headers);
    init.set_signal(Some(signal));
    let window = web_sys::window().ok_or(Failure::Unreachable)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(&request.url, &init))
        .await
        .map_err(|error| {
            if js::text(&error, "name") == "TimeoutError" {
                Failure::TimedOut
            } else {
                Failure::Unreachable
            }
        })?;
    let response: Response = response.unchecked_into();
    let retry_after = response.headers().get("Retry-After").ok().flatten();
    if !response.ok() {
        let retry_after_seconds = retry_after.and_then(|text| text.trim().parse().ok());
        return Err(Failure::Status {
            code: response.status(),
            retry_after_seconds,
        });
    }
    let buffer = response.array_buffer().map_err(unreachable)?;
    let buffer = JsFuture::from(buffer)
        .await
        .map_err(|_| Failure::Truncated)?;
    Ok(Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()).to_vec())
}

/// Reads a body as the answer to a resource.
pub(crate) fn read(what: &Resource, body: &[u8]) -> Result<(Answer, Vec<String>), Failure> {
    let words = |warnings: Vec<Warning>| warnings.iter().map(ToString::to_string).collect();
    match what {
        Resource::Studies(_) | Resource::Accession(_) | Resource::Study(_) => {
            let (studies, warnings) = metadata::parse_studies(body).map_err(failure)?;
            Ok((Answer::Studies(studies), words(warnings)))
        }
        Resource::SeriesList(_) => {
            let (series, warnings) = metadata::parse_series(body).map_err(failure)?;
            Ok((Answer::Series(series), words(warnings)))
        }
        Resource::FirstInstance(study, series)
        | Resource::InstanceMetadata(study, series, _)
        | Resource::SeriesMetadata(study, series) => {
            let asked = Asked {
                study: Some(study.clone()),
                series: Some(series.clone()),
                ..Asked::default()
            };
            let (parsed, warnings) =
                metadata::parse_instances_with(body, &asked).map_err(failure)?;
            Ok((
                Answer::Instances {
                    study: parsed.study,
                    series: parsed.series,
                },
                words(warnings),
            ))
        }
    }
}

fn failure(error: MetadataError) -> Failure {
    match error {
        MetadataError::NotJson { looks_like_html } => Failure::NotDicomJson {
            is_html: looks_like_html,
        },
        MetadataError::TooLarge { .. } => Failure::TooLarge,
        MetadataError::Truncated => Failure::Truncated,
        _ => Failure::NotDicomJson { is_html: false },
    }
}

/// Aborts `controller` when the time is up, with the reason that [`send`] looks for.
pub(crate) fn limit(controller: &web_sys::AbortController) {
    let controller = controller.clone();
    let abort = Closure::once_into_js(move || {
        if let Ok(reason) =
            web_sys::DomException::new_with_message_and_name("no answer in time", "TimeoutError")
        {
            controller.abort_with_reason(&reason);
        }
    });
    if let Some(window) = web_sys::window() {
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(
            abort.unchecked_ref(),
            LIMIT_MILLIS,
        );
    }
}
