//! What a PET image says of activity, dose and time (PS3.3 C.8.9), for the SUV (rule D33).

use super::context::moment_millis;
use super::groups::FrameScope;
use super::private::private_text;
use super::{DataSet, Tag, tags};
use crate::attribute::parse_decimal;
use skiagraph_core::pixel::suv::{DecayCorrection, Injection, PetFacts, PetUnits, Suv};

const PHILIPS: &str = "Philips PET Private Group";
const GE: &str = "GEMS_PETD_01";

/// The SUV of a frame of a PET image; slopes are each slice's own, since the factor takes modality values.
pub(super) fn suv(scope: &FrameScope<'_, '_>) -> Suv {
    let top = scope.top;
    // Enhanced PET has no Units: its mappings of real world values say what it measures.
    if top.text(tags::MODALITY) != "PT" || !top.has(tags::UNITS) {
        return Suv::NotAsked;
    }
    match facts(top).suv_factor() {
        Ok(factor) => Suv::Factor(factor),
        Err(problem) => Suv::Refused(problem),
    }
}

fn facts(top: &DataSet<'_>) -> PetFacts {
    let corrections = top.texts(tags::CORRECTED_IMAGE);
    let has = |terms: &[&str]| {
        corrections
            .iter()
            .any(|term| terms.contains(&term.as_str()))
    };
    let drug = top.item(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE);
    let of_drug = |tag| drug.and_then(|drug| drug.number(tag));
    let scale = |element| {
        let text = private_text(top, 0x7053, PHILIPS, element)?;
        parse_decimal(text.split('\\').next()?)
    };
    PetFacts {
        units: match top.text(tags::UNITS).as_str() {
            "BQML" => PetUnits::BecquerelsPerMl,
            "GML" => PetUnits::GramsPerMl,
            "CNTS" => PetUnits::Counts,
            _ => PetUnits::Other,
        },
        is_by_weight: matches!(top.text(tags::SUV_TYPE).as_str(), "" | "BW"),
        is_attenuation_corrected: has(&["ATTN"]),
        // DECY is the defined term; some write the word.
        is_decay_corrected: has(&["DECY", "DECAY"]),
        decay_correction: match top.text(tags::DECAY_CORRECTION).as_str() {
            "START" => DecayCorrection::Start,
            "ADMIN" => DecayCorrection::Administration,
            _ => DecayCorrection::Untold,
        },
        weight_kg: top.number(tags::PATIENT_WEIGHT),
        n_drugs: top
            .items(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE)
            .count(),
        dose_bq: of_drug(tags::RADIONUCLIDE_TOTAL_DOSE),
        half_life_seconds: of_drug(tags::RADIONUCLIDE_HALF_LIFE),
        injection: drug.and_then(injection),
        series_millis: moment(top, tags::SERIES_DATE, tags::SERIES_TIME),
        acquisition_millis: moment(top, tags::ACQUISITION_DATE, tags::ACQUISITION_TIME)
            .or_else(|| moment_millis(&top.text(tags::ACQUISITION_DATE_TIME))),
        scan_millis: private_text(top, 0x0009, GE, 0x0D).and_then(|text| moment_millis(&text)),
        counts_to_suv: scale(0x00),
        counts_to_bqml: scale(0x09),
    }
}

/// Radiopharmaceutical Start DateTime (0018,1078), else Start Time (0018,1072), which has no day.
fn injection(drug: &DataSet<'_>) -> Option<Injection> {
    let moment = drug.text(tags::RADIOPHARMACEUTICAL_START_DATE_TIME);
    // A day alone is no time.
    if moment.len() >= 12
        && let Some(millis) = moment_millis(&moment)
    {
        return Some(Injection::Moment(millis));
    }
    let time = drug.text(tags::RADIOPHARMACEUTICAL_START_TIME);
    let day = "00010101";
    let millis = moment_millis(&format!("{day}{}", digits(&time)?))? - moment_millis(day)?;
    Some(Injection::TimeOfDay(millis))
}

fn moment(top: &DataSet<'_>, day: Tag, time: Tag) -> Option<f64> {
    let day: String = top.text(day).chars().filter(char::is_ascii_digit).collect();
    let is_day = day.len() == 8;
    is_day
        .then(|| moment_millis(&format!("{day}{}", digits(&top.text(time))?)))
        .flatten()
}

/// A TM (PS3.5 6.2) without the colons of older editions; hours and minutes at least.
fn digits(time: &str) -> Option<String> {
    let time: String = time.chars().filter(|&c| c != ':').collect();
    (time.len() >= 4).then_some(time)
}
