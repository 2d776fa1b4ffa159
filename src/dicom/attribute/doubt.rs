//! Signs that a text was read in the wrong character set on its way (rule 1.4): it is marked, never read anew.

/// Defined terms of Specific Character Set (0008,0005), PS3.3 C.12.1.1.2, by their numbers or names.
const KNOWN: [&str; 22] = [
    "6", "13", "58", "87", "100", "101", "109", "110", "126", "127", "138", "144", "148", "149",
    "159", "166", "192", "203", "GB18030", "GBK", "GB2312", "UTF-8",
];

/// True for a character set that has a meaning.
pub(crate) fn is_known_charset(term: &str) -> bool {
    let prefixes = ["ISO 2022 IR ", "ISO_IR ", "ISO_IR_"];
    let number = prefixes.iter().find_map(|prefix| term.strip_prefix(prefix));
    KNOWN.contains(&number.unwrap_or(term).trim())
}

/// True for a text that shows how it went wrong: characters that could not be read, escape sequences that were not
/// obeyed, or UTF-8 that somebody took for Latin-1.
pub(crate) fn is_misread(text: &str) -> bool {
    if text.contains(['\u{FFFD}', '\u{1B}']) {
        return true;
    }
    let designations = ["$B", "$)C", "$)A", "$(D"];
    let has_escapes = designations.iter().any(|mark| text.contains(mark)) && text.contains("(B")
        || text.contains("$)C")
        || text.contains("$)A");
    has_escapes || is_utf8_as_latin1(text)
}

fn is_utf8_as_latin1(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(latin1).collect();
    bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok())
}

/// The byte of a character in Latin-1 or, where that has controls, in the code page that browsers take for it.
fn latin1(character: char) -> Option<u8> {
    const UPPER: [char; 27] = [
        '\u{20AC}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}',
        '\u{2C6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{17D}', '\u{2018}', '\u{2019}',
        '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2DC}', '\u{2122}',
        '\u{161}', '\u{203A}', '\u{153}', '\u{17E}', '\u{178}',
    ];
    const BYTES: [u8; 27] = [
        0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8E, 0x91, 0x92,
        0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9E, 0x9F,
    ];
    u8::try_from(u32::from(character)).ok().or_else(|| {
        let at = UPPER.iter().position(|&known| known == character)?;
        Some(BYTES[at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_1_4_text_that_went_wrong_is_told_from_text_that_did_not() {
        for good in [
            "Moreau^\u{c9}lodie",
            "\u{c4}neas^R\u{fc}diger",
            "\u{5c71}\u{7530}^\u{592a}\u{90ce}",
            "\u{5e9}\u{5e8}\u{5d5}\u{5df}^\u{5d3}",
            "O'Neill^US$ Bob",
            "",
        ] {
            assert!(!is_misread(good), "{good}");
        }
        for bad in [
            // UTF-8 bytes of "É" and of Cyrillic letters as Latin-1; a raw escape; escapes with the control dropped.
            "Moreau^\u{c3}\u{89}lodie",
            "Moreau^\u{c3}\u{2030}lodie",
            "\u{d0}\u{94}\u{d0}\u{b8}",
            "\u{1b}$B;3ED\u{1b}(B",
            "Yamada^Tarou=$B;3ED(B^$BB@O:(B",
            "Hong^Gildong=$)C\u{fb}\u{f3}^$)C\u{d1}\u{ce}",
            "D\u{fffd}rer",
        ] {
            assert!(is_misread(bad), "{bad}");
        }
    }

    #[test]
    fn c_12_1_1_2_defined_terms_are_known_in_all_their_spellings() {
        for term in [
            "ISO_IR 100",
            "ISO 2022 IR 87",
            "ISO_IR 192",
            "GB18030",
            "GBK",
            "ISO_IR 6",
        ] {
            assert!(is_known_charset(term), "{term}");
        }
        assert!(!is_known_charset("ISO_IR 999") && !is_known_charset("KLINGON"));
    }
}
