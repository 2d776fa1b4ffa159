//! One line of free search text ("doe ct yesterday") to the fields an archive can be asked for.

use super::query::StudyQuery;

/// A day: year, month, day.
pub type Date = (i32, u8, u8);

/// Modalities that are taken for such when they stand alone in the line (PS3.3 C.7.3.1.1.1, and what people say).
const MODALITIES: &[(&str, &str)] = &[
    ("CR", "CR"),
    ("CT", "CT"),
    ("DX", "DX"),
    ("ECG", "ECG"),
    ("ES", "ES"),
    ("IVUS", "IVUS"),
    ("MAMMO", "MG"),
    ("MG", "MG"),
    ("MR", "MR"),
    ("MRI", "MR"),
    ("NM", "NM"),
    ("OCT", "OCT"),
    ("OP", "OP"),
    ("OPT", "OPT"),
    ("OT", "OT"),
    ("PET", "PT"),
    ("PT", "PT"),
    ("PX", "PX"),
    ("RF", "RF"),
    ("RTDOSE", "RTDOSE"),
    ("RTIMAGE", "RTIMAGE"),
    ("SC", "SC"),
    ("SEG", "SEG"),
    ("SM", "SM"),
    ("SR", "SR"),
    ("US", "US"),
    ("XA", "XA"),
    ("XRAY", "DX"),
];

/// Reads a search line. `today` is the reader's date.
///
/// Words of letters are the patient's name; `CT`, `mri` ... are modalities; `today`, `yesterday`, `week`, `month`, `7d`
/// (the last seven days), `2024-03-05`, `20240305`, `05.03.2024`, `05/03/2024` (day first unless that cannot be),
/// `2024-03` and ranges `20240301-20240305`, `2024-03-01..2024-03-05`, `2024-03-01..` are dates. A word with digits is
/// an accession number where it is ten or more digits or letters followed by digits, else a patient ID.
/// `name:`, `id:`, `acc:`, `desc:` and `mod:` before a word say what it is.
pub fn parse_search_line(text: &str, today: Date) -> StudyQuery {
    let mut query = StudyQuery::default();
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty());
    for word in words {
        if !(take_named(word, &mut query)
            || take_modality(word, &mut query)
            || take_dates(word, today, &mut query))
        {
            take_other(word, &mut query);
        }
    }
    query
}

fn append(field: &mut String, word: &str) {
    if !field.is_empty() {
        field.push(' ');
    }
    field.push_str(word);
}

fn take_named(word: &str, query: &mut StudyQuery) -> bool {
    let Some((name, value)) = word.split_once(':') else {
        return false;
    };
    match name.to_ascii_lowercase().as_str() {
        "name" => append(&mut query.patient_name, value),
        "id" => query.patient_id = value.to_owned(),
        "acc" | "accession" => query.accession = value.to_owned(),
        "desc" | "description" => append(&mut query.description, value),
        "mod" | "modality" => query.modality = value.to_ascii_uppercase(),
        _ => return false,
    }
    true
}

fn take_modality(word: &str, query: &mut StudyQuery) -> bool {
    let upper = word.to_ascii_uppercase();
    let known = MODALITIES.iter().find(|(said, _)| *said == upper);
    if let (Some((_, modality)), true) = (known, query.modality.is_empty()) {
        query.modality = (*modality).to_owned();
        return true;
    }
    false
}

fn take_dates(word: &str, today: Date, query: &mut StudyQuery) -> bool {
    let Some((from, to)) = date_range(&word.to_ascii_lowercase(), today) else {
        return false;
    };
    let compact = |date: Option<Date>| {
        date.map(|(year, month, day)| format!("{year:04}{month:02}{day:02}"))
            .unwrap_or_default()
    };
    (query.from, query.to) = (compact(from), compact(to));
    true
}

fn take_other(word: &str, query: &mut StudyQuery) {
    let n_digits = word.bytes().filter(u8::is_ascii_digit).count();
    let digits_from = word
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(word.len());
    let (letters, behind) = word.split_at(digits_from);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_prefixed = !letters.is_empty()
        && letters
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        && behind
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    if n_digits == 0 {
        append(&mut query.patient_name, word);
    } else if is_prefixed || (is_digits(word) && n_digits >= 10) {
        query.accession = word.to_owned();
    } else {
        query.patient_id = word.to_owned();
    }
}

type Range = (Option<Date>, Option<Date>);

fn date_range(word: &str, today: Date) -> Option<Range> {
    let last = |n_days: i64| Some((Some(from_days(to_days(today) - n_days)), Some(today)));
    match word {
        "today" => return last(0),
        "yesterday" => {
            let yesterday = Some(from_days(to_days(today) - 1));
            return Some((yesterday, yesterday));
        }
        "week" => return last(6),
        "month" => return last(30),
        _ => {}
    }
    if let Some(n_days) = word
        .strip_suffix('d')
        .and_then(|number| number.parse::<u16>().ok())
        .filter(|&n| n > 0)
    {
        return last(i64::from(n_days) - 1);
    }
    let is_compact = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parted = word.split_once("..").or_else(|| {
        word.split_once('-')
            .filter(|(from, to)| is_compact(from) && is_compact(to))
    });
    let Some((from, to)) = parted else {
        return period(word).map(|(from, to)| (Some(from), Some(to)));
    };
    let (from, to) = (open_end(from)?, open_end(to)?);
    (from.is_some() || to.is_some()).then_some((from.map(|days| days.0), to.map(|days| days.1)))
}

/// One end of a range: nothing, or a period.
fn open_end(text: &str) -> Option<Option<(Date, Date)>> {
    if text.is_empty() {
        Some(None)
    } else {
        period(text).map(Some)
    }
}

/// First and last day of a date or a month.
fn period(word: &str) -> Option<(Date, Date)> {
    let number = |text: &str| -> Option<u16> {
        let is_short =
            (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_short.then(|| text.parse().ok()).flatten()
    };
    let day = |year: &str, month: &str, day: &str| {
        let date = valid(
            number(year).filter(|_| year.len() == 4)?,
            number(month)?,
            number(day)?,
        )?;
        Some((date, date))
    };
    if word.len() == 8 && word.is_ascii() && !word.contains(['-', '.', '/']) {
        return day(&word[..4], &word[4..6], &word[6..]);
    }
    let split = |separator: char| word.split(separator).collect::<Vec<_>>();
    match (
        split('-').as_slice(),
        split('.').as_slice(),
        split('/').as_slice(),
    ) {
        ([year, month, date], _, _) => day(year, month, date),
        ([year, month], _, _) if month.len() == 2 => whole_month(year, number(month)?, number),
        (_, [date, month, year], _) => day(year, month, date),
        (_, _, [first, second, year]) => {
            day(year, second, first).or_else(|| day(year, first, second))
        }
        _ => None,
    }
}

fn whole_month(
    year: &str,
    month: u16,
    number: impl Fn(&str) -> Option<u16>,
) -> Option<(Date, Date)> {
    let first = valid(number(year).filter(|_| year.len() == 4)?, month, 1)?;
    let last = (28..=31)
        .rev()
        .find_map(|day| valid(number(year)?, month, day))?;
    Some((first, last))
}

/// A day of the calendar between 1900 and 2199.
fn valid(year: u16, month: u16, day: u16) -> Option<Date> {
    let date = (
        i32::from(year),
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    );
    let in_range = (1900..2200).contains(&year) && (1..=12).contains(&month) && day >= 1;
    (in_range && from_days(to_days(date)) == date).then_some(date)
}

/// Days since 1 March 0000 of the Gregorian calendar: the year begins in March, so that the leap day is its last.
fn to_days((year, month, day): Date) -> i64 {
    let month = i64::from(month);
    let year = i64::from(year) - i64::from(month <= 2);
    let month_from_march = (month + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month_from_march + 2) / 5
        + i64::from(day)
        - 1
}

fn from_days(days: i64) -> Date {
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year as i32, month as u8, day as u8)
}
