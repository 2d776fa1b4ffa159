//! What the session asks of an archive: the request for it, and its answer read.

use crate::fetch::{self, Body, Identity};
use skiagraph_core::session::effect::Resource;
use skiagraph_core::session::event::{Answer, Failure};
use skiagraph_core::session::notice::StudySearch;
use skiagraph_core::uid::{SeriesUid, StudyUid};
use skiagraph_dicom::dicomweb::metadata::{self, Asked, BulkData, ParsedStudy};
use skiagraph_dicom::dicomweb::multipart::MultipartParser;
use skiagraph_dicom::dicomweb::query::{Request, Source, StudyQuery};
use skiagraph_dicom::dicomweb::search_line::{Date, parse_search_line};
use skiagraph_dicom::error::{MetadataError, Warning};
use std::collections::BTreeSet;
use web_sys::AbortController;

/// Most tables that are fetched for one answer; an archive that keeps more of them apart shows raw values.
const MAX_TABLES: usize = 96;

/// An answer with sentences about what was left out.
pub(crate) type Answered = (Answer, Vec<String>);

/// Asks and reads.
pub(crate) async fn ask(
    source: &Source,
    what: &Resource,
    identity: &Identity,
    controller: &AbortController,
) -> Result<Answered, Failure> {
    let request = request(source, what).ok_or(Failure::Unreachable)?;
    let body = fetch::get(source, &request, identity, controller).await?;
    let Some(asked) = asked(what) else {
        return read(what, &body);
    };
    let (study, warnings) = instances(&body, &asked)?;
    if study.bulk.is_empty() {
        return Ok(grouped(study, &warnings));
    }
    let bulk = tables(source, &study, identity, controller).await;
    let (study, warnings) = instances(&body, &Asked { bulk, ..asked })?;
    Ok(grouped(study, &warnings))
}

/// `None` for bulk data at an address that is none of the archive's own: it is not asked for (standards 4.2).
pub(crate) fn request(source: &Source, what: &Resource) -> Option<Request> {
    Some(match what {
        Resource::Studies(search) => source.studies(&query(search)),
        Resource::Accession(number) => source.studies(&StudyQuery {
            accession: number.clone(),
            ..StudyQuery::default()
        }),
        Resource::Study(study) => source.study(study),
        Resource::SeriesList(study) => source.series(study),
        Resource::FirstInstance(study, series) => source.first_instance(study, series),
        Resource::InstanceMetadata(study, series, instance) => {
            source.instance_metadata(study, series, instance)
        }
        Resource::SeriesMetadata(study, series) => source.series_metadata(study, series),
        Resource::OverlayData(uri) => return source.bulk(uri),
    })
}

/// What was typed, with the chips and fields beside it, which are more exact.
fn query(search: &StudySearch) -> StudyQuery {
    let mut query = parse_search_line(&search.text, today());
    if !search.modality.is_empty() {
        query.modality.clone_from(&search.modality);
    }
    if !search.from.is_empty() || !search.to.is_empty() {
        query.from.clone_from(&search.from);
        query.to.clone_from(&search.to);
    }
    query.limit = (search.limit > 0).then_some(search.limit);
    query.offset = search.offset;
    query
}

/// The reader's date, by the computer's clock.
fn today() -> Date {
    let now = js_sys::Date::new_0();
    (
        now.get_full_year() as i32,
        (now.get_month() + 1) as u8,
        now.get_date() as u8,
    )
}

/// For answers that are instances: what the caller knows of them.
fn asked(what: &Resource) -> Option<Asked> {
    let known = |study: &StudyUid, series: &SeriesUid| Asked {
        study: Some(study.clone()),
        series: Some(series.clone()),
        bulk: BulkData::new(),
    };
    match what {
        Resource::FirstInstance(study, series)
        | Resource::InstanceMetadata(study, series, _)
        | Resource::SeriesMetadata(study, series) => Some(known(study, series)),
        Resource::Studies(_)
        | Resource::Accession(_)
        | Resource::Study(_)
        | Resource::SeriesList(_)
        | Resource::OverlayData(_) => None,
    }
}

fn read(what: &Resource, body: &Body) -> Result<Answered, Failure> {
    if let Resource::OverlayData(_) = what {
        let bytes = only_part(body).ok_or(Failure::Truncated)?;
        return Ok((Answer::OverlayData(bytes), Vec::new()));
    }
    if let Resource::SeriesList(_) = what {
        let (series, warnings) = metadata::parse_series(&body.bytes).map_err(failure)?;
        return Ok((Answer::Series(series), sentences(&warnings)));
    }
    let (studies, warnings) = metadata::parse_studies(&body.bytes).map_err(failure)?;
    Ok((Answer::Studies(studies), sentences(&warnings)))
}

fn instances(body: &Body, asked: &Asked) -> Result<(ParsedStudy, Vec<Warning>), Failure> {
    metadata::parse_instances_with(&body.bytes, asked).map_err(failure)
}

fn grouped(study: ParsedStudy, warnings: &[Warning]) -> Answered {
    let answer = Answer::Instances {
        study: study.study,
        series: study.series,
    };
    (answer, sentences(warnings))
}

/// Tables that the archive keeps apart (palettes, LUTs); what cannot be had is a warning of the second reading.
async fn tables(
    source: &Source,
    study: &ParsedStudy,
    identity: &Identity,
    controller: &AbortController,
) -> BulkData {
    let uris: BTreeSet<&str> = study.bulk.iter().map(|table| table.uri.as_str()).collect();
    let fetches = uris.into_iter().take(MAX_TABLES).map(async |uri| {
        let body = fetch::get(source, &source.bulk(uri)?, identity, controller)
            .await
            .ok()?;
        Some((uri.to_owned(), only_part(&body)?))
    });
    futures_util::future::join_all(fetches)
        .await
        .into_iter()
        .flatten()
        .collect()
}

/// The one part of a bulk data answer (PS3.18 10.4.1.1.5), which may come without the multipart around it.
pub(crate) fn only_part(body: &Body) -> Option<Vec<u8>> {
    let mut parser = MultipartParser::new(&body.content_type).ok()?;
    parser.push(&body.bytes).ok()?;
    parser.finish().ok()?;
    parser.next_part().map(|part| part.body)
}

fn sentences(warnings: &[Warning]) -> Vec<String> {
    warnings
        .iter()
        .map(|warning| format!("{warning}."))
        .collect()
}

/// Why an answer cannot be read, as the core names it.
pub(crate) fn failure(error: MetadataError) -> Failure {
    match error {
        MetadataError::TooLarge { .. } => Failure::TooLarge,
        MetadataError::Truncated => Failure::Truncated,
        MetadataError::NotJson { looks_like_html } => Failure::NotDicomJson {
            is_html: looks_like_html,
        },
        MetadataError::ErrorAnswer => Failure::NotDicomJson { is_html: false },
    }
}
