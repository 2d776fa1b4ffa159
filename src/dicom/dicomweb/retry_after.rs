//! Retry-After of an answer 429 or 503: how long an archive asks to be left alone (RFC 9110 10.2.3).

/// Seconds to wait, from now on.
///
/// `text` is the header's value, `date` the Date header of the same answer, by whose clock a moment in `text` is meant;
/// without it `now_seconds` stands in, seconds since 1 January 1970 by the computer's clock. A moment that is past is 0;
/// what is neither a number nor a date is `None`.
pub fn retry_after_seconds(text: &str, date: Option<&str>, now_seconds: i64) -> Option<u32> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a very long time.
        return Some(text.parse().unwrap_or(u32::MAX));
    }
    let moment = http_date(text, now_seconds)?;
    let now = date
        .and_then(|date| http_date(date, now_seconds))
        .unwrap_or(now_seconds);
    let seconds = moment.saturating_sub(now).max(0);
    Some(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// Seconds since 1 January 1970 of an HTTP date in any of its three forms (RFC 9110 5.6.7).
fn http_date(text: &str, now_seconds: i64) -> Option<i64> {
    let words: Vec<&str> = text
        .split([' ', ',', '-'])
        .filter(|word| !word.is_empty())
        .collect();
    let (day, month, year, time) = match *words {
        // `Sun, 06 Nov 1994 08:49:37 GMT` and `Sunday, 06-Nov-94 08:49:37 GMT`
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        // `Sun Nov  6 08:49:37 1994`
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let day: i64 = number(day, 31)?;
    let mut parts = time.split(':');
    let mut part = |most| number(parts.next()?, most);
    let (hours, minutes, seconds) = (part(23)?, part(59)?, part(60)?);
    let of_year = |year| {
        let in_day = hours * 3600 + minutes * 60 + seconds;
        days_since_1970(year, month, day) * 86_400 + in_day
    };
    match (year.len(), number(year, 9999)?) {
        (4, year) => Some(of_year(year)),
        // Two digits that seem to be more than 50 years ahead are of the century before (5.6.7).
        (2, year) => {
            let moment = of_year(2000 + year);
            let is_ahead = moment - now_seconds > 50 * 31_557_600;
            Some(if is_ahead {
                of_year(1900 + year)
            } else {
                moment
            })
        }
        _ => None,
    }
}

fn number(text: &str, most: i64) -> Option<i64> {
    let is_short = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = is_short.then(|| text.parse().ok()).flatten()?;
    (value <= most).then_some(value)
}

/// Days from 1 January 1970 to a day of the Gregorian calendar; years count from March, so that the leap day is their last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `date -u -d '1994-11-06 08:49:37' +%s`
    const EXAMPLE: i64 = 784_111_777;

    #[test]
    fn rfc_9110_10_2_3_a_delay_in_seconds() {
        assert_eq!(retry_after_seconds("120", None, EXAMPLE), Some(120));
        assert_eq!(retry_after_seconds(" 0 ", None, EXAMPLE), Some(0));
        let endless = retry_after_seconds("99999999999999999999", None, EXAMPLE);
        assert_eq!(endless, Some(u32::MAX));
    }

    #[test]
    fn rfc_9110_5_6_7_the_three_forms_of_a_date_are_one_moment() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(http_date(text, EXAMPLE), Some(EXAMPLE), "{text}");
            let seconds = retry_after_seconds(text, None, EXAMPLE - 90);
            assert_eq!(seconds, Some(90), "{text}");
        }
        // `date -u -d '2000-02-29 23:59:59' +%s`, and the first second of the era.
        let leap = http_date("Tue, 29 Feb 2000 23:59:59 GMT", EXAMPLE);
        assert_eq!(leap, Some(951_868_799));
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT", EXAMPLE), Some(0));
    }

    #[test]
    fn a_date_is_held_against_the_clock_of_the_archive_and_never_lies_behind() {
        let seconds = retry_after_seconds(
            "Fri, 31 Dec 1999 23:59:59 GMT",
            Some("Fri, 31 Dec 1999 23:59:29 GMT"),
            EXAMPLE,
        );
        assert_eq!(seconds, Some(30));
        let past = retry_after_seconds("Sun, 06 Nov 1994 08:49:37 GMT", None, EXAMPLE + 5);
        assert_eq!(past, Some(0));
    }

    #[test]
    fn what_is_no_delay_and_no_date_says_nothing() {
        for text in [
            "",
            "soon",
            "-5",
            "1.5",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
        ] {
            assert_eq!(retry_after_seconds(text, None, EXAMPLE), None, "{text}");
        }
    }
}
