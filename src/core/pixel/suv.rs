//! SUV: the standardized uptake value by body weight of a PET image, or the reason why there is none (rule D33).
//!
//! A number called SUV that rests on a guess is worse than none: every input is checked, and what is missing is named.

/// What a frame's modality values are worth as SUV.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Suv {
    /// No PET image: the question does not arise.
    #[default]
    NotAsked,
    /// SUVbw = factor * modality value, g/ml.
    Factor(f64),
    /// It cannot be worked out.
    Refused(SuvProblem),
}

/// Why a PET image has no SUV; each is a sentence without its full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what the names say")]
pub enum SuvProblem {
    #[error("the values are not corrected for attenuation (0028,0051)")]
    NotAttenuationCorrected,
    #[error("the values are not corrected for decay (0028,0051)")]
    NotDecayCorrected,
    #[error("the moment that decay is corrected to is not told (0054,1102)")]
    DecayCorrection,
    #[error("the unit of the values is no activity (0054,1001)")]
    Units,
    #[error("the values are a SUV of another kind than by body weight (0054,1006)")]
    SuvType,
    #[error("the counts have no known scale (7053,1000) or (7053,1009)")]
    Counts,
    #[error("the patient's weight is missing or zero (0010,1030)")]
    Weight,
    #[error("the injected dose is missing, zero or impossible (0018,1074)")]
    Dose,
    #[error("the half life is missing or zero (0018,1075)")]
    HalfLife,
    #[error("the time of the injection is missing (0018,1078) (0018,1072)")]
    InjectionTime,
    #[error("the time of the series or of the acquisition is missing (0008,0031) (0008,0032)")]
    ScanTime,
    #[error(
        "the series is timed after its acquisition, so that the moment of the scan is not known (0008,0031)"
    )]
    SeriesAfterAcquisition,
    #[error("injection and scan are timed in a way that cannot be (0018,1078) (0008,0031)")]
    Uptake,
    #[error("the image names several radiopharmaceuticals (0054,0016)")]
    SeveralDrugs,
}

/// Units (0054,1001), as far as they lead to a SUV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PetUnits {
    /// BQML: activity concentration.
    BecquerelsPerMl,
    /// GML: a SUV already.
    GramsPerMl,
    /// CNTS: counts.
    Counts,
    /// Any other.
    Other,
}

/// Decay Correction (0054,1102).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecayCorrection {
    /// START: to the beginning of the scan.
    Start,
    /// ADMIN: to the injection.
    Administration,
    /// NONE, or not told.
    Untold,
}

/// When the dose was given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Injection {
    /// Date and time, ms on the calendar.
    Moment(f64),
    /// A time of day, ms after midnight, of the day of the scan or the one before.
    TimeOfDay(f64),
}

/// What a PET image says; moments are ms on one calendar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PetFacts {
    /// Units (0054,1001).
    pub units: PetUnits,
    /// SUV Type (0054,1006) is absent or BW.
    pub is_by_weight: bool,
    /// Corrected Image (0028,0051) has ATTN.
    pub is_attenuation_corrected: bool,
    /// Corrected Image (0028,0051) has DECY.
    pub is_decay_corrected: bool,
    /// Decay Correction (0054,1102).
    pub decay_correction: DecayCorrection,
    /// Patient's Weight (0010,1030), kg.
    pub weight_kg: Option<f64>,
    /// Items of the Radiopharmaceutical Information Sequence (0054,0016).
    pub n_drugs: usize,
    /// Radionuclide Total Dose (0018,1074), Bq.
    pub dose_bq: Option<f64>,
    /// Radionuclide Half Life (0018,1075), s.
    pub half_life_seconds: Option<f64>,
    /// When it was given.
    pub injection: Option<Injection>,
    /// Series Date and Time.
    pub series_millis: Option<f64>,
    /// Acquisition Date and Time.
    pub acquisition_millis: Option<f64>,
    /// Scan date and time by the maker's own attribute (0009,xx0D), "GEMS_PETD_01".
    pub scan_millis: Option<f64>,
    /// SUV Scale Factor (7053,xx00), "Philips PET Private Group".
    pub counts_to_suv: Option<f64>,
    /// Activity Concentration Scale Factor (7053,xx09), likewise.
    pub counts_to_bqml: Option<f64>,
}

const DAY_MILLIS: f64 = 86_400_000.0;
/// Beyond this nothing is left to be measured.
const MAX_HALF_LIVES: f64 = 20.0;
/// Less activity than this is a dose written in MBq (the unit is Bq, PS3.3 C.8.9.2).
const SMALLEST_DOSE_BQ: f64 = 1e5;

impl PetFacts {
    /// SUVbw for a modality value of 1, by the pseudo-code of QIBA's FDG-PET profile.
    ///
    /// # Errors
    /// The first input that is missing, zero or impossible.
    pub fn suv_factor(&self) -> Result<f64, SuvProblem> {
        use SuvProblem as P;
        if !self.is_attenuation_corrected {
            return Err(P::NotAttenuationCorrected);
        }
        if !self.is_decay_corrected {
            return Err(P::NotDecayCorrected);
        }
        if self.decay_correction == DecayCorrection::Untold {
            return Err(P::DecayCorrection);
        }
        let positive = |value: Option<f64>| value.filter(|v| v.is_finite() && *v > 0.0);
        match self.units {
            PetUnits::GramsPerMl if self.is_by_weight => Ok(1.0),
            PetUnits::GramsPerMl => Err(P::SuvType),
            PetUnits::BecquerelsPerMl => self.factor_of_activity(),
            PetUnits::Counts => match positive(self.counts_to_suv) {
                Some(factor) => Ok(factor),
                None => {
                    let to_bqml = positive(self.counts_to_bqml).ok_or(P::Counts)?;
                    Ok(to_bqml * self.factor_of_activity()?)
                }
            },
            PetUnits::Other => Err(P::Units),
        }
    }

    /// SUVbw = activity * weight in grams / dose at the moment that the activity is corrected to.
    fn factor_of_activity(&self) -> Result<f64, SuvProblem> {
        use SuvProblem as P;
        let positive = |value: Option<f64>| value.filter(|v| v.is_finite() && *v > 0.0);
        if self.n_drugs > 1 {
            return Err(P::SeveralDrugs);
        }
        let weight_kg = positive(self.weight_kg).ok_or(P::Weight)?;
        let dose_bq = positive(self.dose_bq)
            .filter(|dose| *dose >= SMALLEST_DOSE_BQ)
            .ok_or(P::Dose)?;
        let decay = match self.decay_correction {
            DecayCorrection::Administration => 1.0,
            _ => {
                let half_life = positive(self.half_life_seconds).ok_or(P::HalfLife)?;
                let n_half_lives = self.uptake_millis()? / 1000.0 / half_life;
                if n_half_lives > MAX_HALF_LIVES {
                    return Err(P::Uptake);
                }
                (-n_half_lives).exp2()
            }
        };
        Ok(weight_kg * 1000.0 / (dose_bq * decay))
    }

    /// From the injection to the beginning of the scan.
    fn uptake_millis(&self) -> Result<f64, SuvProblem> {
        use SuvProblem as P;
        let injection = self.injection.ok_or(P::InjectionTime)?;
        let (series, acquisition) = self
            .series_millis
            .zip(self.acquisition_millis)
            .ok_or(P::ScanTime)?;
        // A series that was made later carries the time of its making.
        let scan = if series <= acquisition {
            series
        } else {
            self.scan_millis.ok_or(P::SeriesAfterAcquisition)?
        };
        let uptake = match injection {
            Injection::Moment(moment) => scan - moment,
            // Of the scan's day; a time of day after the scan's is the evening before.
            Injection::TimeOfDay(time) => (scan - time).rem_euclid(DAY_MILLIS),
        };
        if uptake < 0.0 {
            return Err(P::Uptake);
        }
        Ok(uptake)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MILLIS: f64 = 3_600_000.0;

    /// The golden vector: 370 MBq of F-18, an hour before the scan, 70 kg.
    fn facts() -> PetFacts {
        PetFacts {
            units: PetUnits::BecquerelsPerMl,
            is_by_weight: true,
            is_attenuation_corrected: true,
            is_decay_corrected: true,
            decay_correction: DecayCorrection::Start,
            weight_kg: Some(70.0),
            n_drugs: 1,
            dose_bq: Some(370e6),
            half_life_seconds: Some(6586.2),
            injection: Some(Injection::Moment(9.0 * HOUR_MILLIS)),
            series_millis: Some(10.0 * HOUR_MILLIS),
            acquisition_millis: Some(10.0 * HOUR_MILLIS + 500.0),
            scan_millis: None,
            counts_to_suv: None,
            counts_to_bqml: None,
        }
    }

    fn is_near(got: Result<f64, SuvProblem>, wanted: f64) -> bool {
        got.is_ok_and(|got| (got / wanted - 1.0).abs() < 1e-6)
    }

    #[test]
    fn d33_golden_vector_of_an_hour() {
        assert!(is_near(facts().suv_factor(), 2.763_366e-4));
        assert!((facts().suv_factor().unwrap() * 20_000.0 - 5.5267).abs() < 1e-4);
    }

    #[test]
    fn d33_decay_corrected_to_the_injection_takes_the_dose_as_it_was_given() {
        let facts = PetFacts {
            decay_correction: DecayCorrection::Administration,
            half_life_seconds: None,
            injection: None,
            ..facts()
        };
        assert!(is_near(facts.suv_factor(), 70_000.0 / 370e6));
    }

    #[test]
    fn d33_a_time_of_day_after_the_scans_is_the_evening_before() {
        let morning = PetFacts {
            injection: Some(Injection::TimeOfDay(9.0 * HOUR_MILLIS)),
            ..facts()
        };
        assert_eq!(morning.suv_factor(), facts().suv_factor());
        let midnight = 40.0 * DAY_MILLIS;
        let night = PetFacts {
            injection: Some(Injection::TimeOfDay(23.5 * HOUR_MILLIS)),
            series_millis: Some(midnight + 0.5 * HOUR_MILLIS),
            acquisition_millis: Some(midnight + 0.5 * HOUR_MILLIS),
            ..facts()
        };
        assert!(is_near(night.suv_factor(), 2.763_366e-4));
    }

    #[test]
    fn d33_a_series_made_after_the_acquisition_needs_the_scans_own_time() {
        let late = PetFacts {
            series_millis: Some(15.0 * HOUR_MILLIS),
            ..facts()
        };
        assert_eq!(late.suv_factor(), Err(SuvProblem::SeriesAfterAcquisition));
        let told = PetFacts {
            scan_millis: Some(10.0 * HOUR_MILLIS),
            ..late
        };
        assert!(is_near(told.suv_factor(), 2.763_366e-4));
    }

    #[test]
    fn d33_grams_per_ml_are_a_suv_already_unless_of_another_kind() {
        let gml = PetFacts {
            units: PetUnits::GramsPerMl,
            dose_bq: None,
            ..facts()
        };
        assert_eq!(gml.suv_factor(), Ok(1.0));
        let lean = PetFacts {
            is_by_weight: false,
            ..gml
        };
        assert_eq!(lean.suv_factor(), Err(SuvProblem::SuvType));
    }

    #[test]
    fn d33_counts_by_the_makers_factor_or_by_its_activity() {
        let counts = PetFacts {
            units: PetUnits::Counts,
            ..facts()
        };
        assert_eq!(counts.suv_factor(), Err(SuvProblem::Counts));
        let direct = PetFacts {
            counts_to_suv: Some(0.000_5),
            dose_bq: None,
            ..counts
        };
        assert_eq!(direct.suv_factor(), Ok(0.000_5));
        let activity = PetFacts {
            counts_to_suv: Some(0.0),
            counts_to_bqml: Some(2.0),
            ..counts
        };
        assert!(is_near(activity.suv_factor(), 2.0 * 2.763_366e-4));
    }

    #[test]
    fn d33_any_input_missing_or_zero_gives_its_reason_and_no_number() {
        use SuvProblem as P;
        let cases: [(fn(&mut PetFacts), SuvProblem); 15] = [
            (
                |f| f.is_attenuation_corrected = false,
                P::NotAttenuationCorrected,
            ),
            (|f| f.is_decay_corrected = false, P::NotDecayCorrected),
            (
                |f| f.decay_correction = DecayCorrection::Untold,
                P::DecayCorrection,
            ),
            (|f| f.units = PetUnits::Other, P::Units),
            (|f| f.weight_kg = None, P::Weight),
            (|f| f.weight_kg = Some(0.0), P::Weight),
            (|f| f.dose_bq = Some(0.0), P::Dose),
            // 370 where MBq were meant.
            (|f| f.dose_bq = Some(370.0), P::Dose),
            (|f| f.half_life_seconds = Some(0.0), P::HalfLife),
            (|f| f.injection = None, P::InjectionTime),
            (|f| f.series_millis = None, P::ScanTime),
            (|f| f.acquisition_millis = None, P::ScanTime),
            (
                |f| f.injection = Some(Injection::Moment(11.0 * HOUR_MILLIS)),
                P::Uptake,
            ),
            (
                |f| f.injection = Some(Injection::Moment(-900.0 * HOUR_MILLIS)),
                P::Uptake,
            ),
            (|f| f.n_drugs = 2, P::SeveralDrugs),
        ];
        for (change, problem) in cases {
            let mut facts = facts();
            change(&mut facts);
            assert_eq!(facts.suv_factor(), Err(problem));
        }
    }
}
