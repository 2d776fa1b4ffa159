//! Specific Character Set (0008,0005) to UTF-8 (PS3.3 C.12.1.1.2, PS3.5 6.1.2), code extensions of ISO 2022 included.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1252,
    WINDOWS_1254,
};

/// What the upper half of the code table, and after escapes the lower, stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Charset {
    /// The first value: what is meant without an escape.
    initial: Option<&'static Encoding>,
    /// Escapes are to be obeyed.
    has_extensions: bool,
}

impl Default for Charset {
    /// The default repertoire; whatever else is there is read as UTF-8 if it can be, else as Latin-1.
    fn default() -> Self {
        Self {
            initial: None,
            has_extensions: false,
        }
    }
}

impl Charset {
    /// Reads the value of Specific Character Set.
    pub(super) fn new(value: &[u8]) -> Self {
        let text = String::from_utf8_lossy(value);
        let mut terms = text.split('\\').map(|term| term.trim_matches([' ', '\0']));
        let first = terms.next().unwrap_or_default();
        let initial = encoding(first);
        // UTF-8, GB18030 and GBK stand alone (C.12.1.1.2): there, halves of characters look like delimiters.
        let is_alone = matches!(initial, Some(only) if only == UTF_8 || only == GB18030 || only == GBK)
            && !first.starts_with("ISO 2022");
        let has_extensions = !is_alone && (first.starts_with("ISO 2022") || terms.next().is_some());
        Self {
            initial,
            has_extensions,
        }
    }

    /// Decodes a value as a whole: delimiters are looked for afterwards, because their bytes can be halves of
    /// characters. What cannot be decoded becomes U+FFFD.
    ///
    /// `delimiters` are the characters that, like controls, bring the first character set back (PS3.5 6.1.2.5.3):
    /// backslash between values, `^` and `=` too in names, none in a value that is one text.
    pub(super) fn decode(&self, bytes: &[u8], delimiters: &[u8]) -> String {
        if bytes.is_ascii() && !bytes.contains(&ESCAPE) {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        if self.has_extensions {
            return self.decode_extended(bytes, delimiters);
        }
        self.decode_part(self.initial, bytes)
    }

    fn decode_part(&self, encoding: Option<&'static Encoding>, bytes: &[u8]) -> String {
        let guessed = || {
            if std::str::from_utf8(bytes).is_ok() {
                UTF_8
            } else {
                WINDOWS_1252
            }
        };
        encoding
            .unwrap_or_else(guessed)
            .decode_without_bom_handling(bytes)
            .0
            .into_owned()
    }

    /// Decodes runs between escapes; delimiters bring the first character set back (PS3.5 6.1.2.5.3).
    fn decode_extended(&self, bytes: &[u8], delimiters: &[u8]) -> String {
        let mut text = String::new();
        let mut active = Active {
            upper: self.initial,
            lower: Lower::Ascii,
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            if let Some(tail) = rest.strip_prefix(&[ESCAPE]) {
                let (next, used) = active.after_escape(tail);
                active = next;
                rest = &tail[used..];
                continue;
            }
            let is_wide = matches!(active.lower, Lower::Jis0208 | Lower::Jis0212);
            let ends = |&byte: &u8| {
                byte == ESCAPE || byte < 0x20 || !is_wide && delimiters.contains(&byte)
            };
            let length = rest.iter().position(ends).unwrap_or(rest.len());
            let (run, tail) = rest.split_at(length);
            match active.lower {
                Lower::Ascii => text.push_str(&self.decode_part(active.upper, run)),
                Lower::Jis0208 => {
                    text.push_str(&EUC_JP.decode_without_bom_handling(&raised(run, &[])).0);
                }
                Lower::Jis0212 => {
                    text.push_str(&EUC_JP.decode_without_bom_handling(&raised(run, &[0x8F])).0);
                }
            }
            rest = tail;
            if let Some((&delimiter, tail)) =
                rest.split_first().filter(|(byte, _)| **byte != ESCAPE)
            {
                text.push(delimiter.into());
                active = Active {
                    upper: self.initial,
                    lower: Lower::Ascii,
                };
                rest = tail;
            }
        }
        text
    }
}

const ESCAPE: u8 = 0x1B;

/// What the lower half of the code table stands for.
#[derive(Clone, Copy)]
enum Lower {
    Ascii,
    Jis0208,
    Jis0212,
}

#[derive(Clone, Copy)]
struct Active {
    upper: Option<&'static Encoding>,
    lower: Lower,
}

impl Active {
    /// The state after an escape sequence (PS3.3 tables C.12-3 and C.12-4) and how long that was.
    fn after_escape(self, tail: &[u8]) -> (Self, usize) {
        let upper = |encoding| Self {
            upper: Some(encoding),
            ..self
        };
        match tail {
            [b'(', b'B' | b'J', ..] => (
                Self {
                    lower: Lower::Ascii,
                    ..self
                },
                2,
            ),
            [b')', b'I', ..] => (upper(SHIFT_JIS), 2),
            [b'$', b'B', ..] => (
                Self {
                    lower: Lower::Jis0208,
                    ..self
                },
                2,
            ),
            [b'$', b'(', b'D', ..] => (
                Self {
                    lower: Lower::Jis0212,
                    ..self
                },
                3,
            ),
            [b'$', b')', b'C', ..] => (upper(EUC_KR), 3),
            [b'$', b')', b'A', ..] => (upper(GBK), 3),
            [b'-', part, ..] => (latin(*part).map_or(self, upper), 2),
            _ => (self, 0),
        }
    }
}

/// The upper halves that `ESC -` designates.
fn latin(part: u8) -> Option<&'static Encoding> {
    Some(match part {
        b'A' => WINDOWS_1252,
        b'B' => ISO_8859_2,
        b'C' => ISO_8859_3,
        b'D' => ISO_8859_4,
        b'L' => ISO_8859_5,
        b'G' => ISO_8859_6,
        b'F' => ISO_8859_7,
        b'H' => ISO_8859_8,
        b'M' => WINDOWS_1254,
        b'T' => WINDOWS_874,
        b'b' => ISO_8859_15,
        _ => return None,
    })
}

/// The encoding of a defined term; `None` is the default repertoire.
fn encoding(term: &str) -> Option<&'static Encoding> {
    let number = term
        .strip_prefix("ISO 2022 IR ")
        .or_else(|| term.strip_prefix("ISO_IR "));
    let number = number
        .or_else(|| term.strip_prefix("ISO_IR_"))
        .unwrap_or(term)
        .trim();
    Some(match number {
        "100" => WINDOWS_1252,
        "101" => ISO_8859_2,
        "109" => ISO_8859_3,
        "110" => ISO_8859_4,
        "144" => ISO_8859_5,
        "127" => ISO_8859_6,
        "126" => ISO_8859_7,
        "138" => ISO_8859_8,
        "148" => WINDOWS_1254,
        "166" => WINDOWS_874,
        "203" => ISO_8859_15,
        "13" => SHIFT_JIS,
        "149" => EUC_KR,
        "58" | "GBK" | "GB2312" => GBK,
        "192" | "UTF-8" | "UTF8" => UTF_8,
        "GB18030" => GB18030,
        "BIG5" => BIG5,
        _ => return None,
    })
}

/// Two-byte characters of the lower half, moved to the upper, each behind `mark`.
fn raised(run: &[u8], mark: &[u8]) -> Vec<u8> {
    run.chunks(2)
        .flat_map(|pair| {
            mark.iter()
                .copied()
                .chain(pair.iter().map(|byte| byte | 0x80))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ps3_5_h_3_1_a_japanese_name_with_code_extensions() {
        let value =
            b"Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B";
        let name = Charset::new(b"\\ISO 2022 IR 87").decode(value, b"\\^=");
        assert_eq!(
            name,
            "Yamada^Tarou=\u{5c71}\u{7530}^\u{592a}\u{90ce}=\u{3084}\u{307e}\u{3060}^\u{305f}\u{308d}\u{3046}"
        );
    }

    #[test]
    fn ps3_5_i_2_a_korean_name_with_code_extensions() {
        let value = b"Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6\xB5\xBF";
        let name = Charset::new(b"\\ISO 2022 IR 149").decode(value, b"\\^=");
        assert_eq!(
            name,
            "Hong^Gildong=\u{6d2a}^\u{5409}\u{6d1e}=\u{d64d}^\u{ae38}\u{b3d9}"
        );
    }

    #[test]
    fn a_character_set_alone_needs_no_escape() {
        assert_eq!(
            Charset::new(b"ISO_IR 144").decode(b"\xBB\xEE", b"\\"),
            "\u{41b}\u{44e}"
        );
        assert_eq!(
            Charset::new(b"ISO_IR 100 ").decode(b"B\xFCc", b"\\"),
            "B\u{fc}c"
        );
    }

    #[test]
    fn standards_1_4_a_missing_character_set_is_utf_8_then_latin_1() {
        assert_eq!(
            Charset::default().decode("B\u{fc}c".as_bytes(), b"\\"),
            "B\u{fc}c"
        );
        assert_eq!(Charset::default().decode(b"B\xFCc", b"\\"), "B\u{fc}c");
    }

    #[test]
    fn c_12_1_1_2_gb18030_stands_alone_and_its_trail_bytes_are_no_delimiters() {
        // U+4E57 is 81 5C in GBK and GB18030.
        for term in [&b"GB18030"[..], b"GBK", b"GB18030\\ISO 2022 IR 58"] {
            let text = Charset::new(term).decode(b"\x81\x5C^\x81\x5E", b"\\^=");
            assert_eq!(text, "\u{4e57}^\u{4e5b}", "{term:?}");
        }
    }

    #[test]
    fn ps3_5_6_1_2_5_3_a_caret_ends_a_character_set_in_names_only() {
        let korean = Charset::new(b"\\ISO 2022 IR 149");
        let value = b"\x1B$)C\xFB\xF3^\xD1\xCE";
        assert_eq!(korean.decode(value, b"\\"), "\u{6d2a}^\u{5409}");
        assert_ne!(korean.decode(value, b"\\^="), "\u{6d2a}^\u{5409}");
    }

    #[test]
    fn ps3_5_6_1_2_5_3_a_line_break_ends_it_everywhere_a_backslash_not_in_a_text() {
        let korean = Charset::new(b"\\ISO 2022 IR 149");
        assert_eq!(
            korean.decode(b"\x1B$)C\xFB\xF3\\\xD1\xCE\r\nABC", b""),
            "\u{6d2a}\\\u{5409}\r\nABC"
        );
    }
}
