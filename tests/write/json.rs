//! DICOM JSON (PS3.18 Annex F) of our own making.

/// Attributes of a small CT, `"TAG":values` each; `changes` take the place of equal tags and come on top.
pub fn ct(changes: &[(&str, &str)]) -> String {
    let base = [
        ("00080008", r#"["ORIGINAL","PRIMARY","AXIAL"]"#),
        ("00080016", r#"["1.2.840.10008.5.1.4.1.1.2"]"#),
        ("00080018", r#"["1.2.3.4"]"#),
        ("00080060", r#"["CT"]"#),
        ("0020000D", r#"["1.2"]"#),
        ("0020000E", r#"["1.2.3"]"#),
        ("00280002", "[1]"),
        ("00280004", r#"["MONOCHROME2"]"#),
        ("00280010", "[4]"),
        ("00280011", "[6]"),
        ("00280100", "[16]"),
        ("00280101", "[12]"),
        ("00280102", "[11]"),
        ("00280103", "[0]"),
    ];
    let kept = base
        .iter()
        .filter(|(tag, _)| !changes.iter().any(|(changed, _)| changed == tag));
    let attributes: Vec<String> = kept
        .chain(changes.iter().filter(|(_, value)| !value.is_empty()))
        .map(|(tag, value)| {
            let is_object = value.starts_with('{');
            if is_object {
                format!(r#""{tag}":{value}"#)
            } else {
                format!(r#""{tag}":{{"Value":{value}}}"#)
            }
        })
        .collect();
    format!("{{{}}}", attributes.join(","))
}

/// Base64 (RFC 4648 4), for InlineBinary.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0_usize, |word, place| {
            word << 8 | usize::from(three.get(place).copied().unwrap_or(0))
        });
        for place in 0..4 {
            let letter = LETTERS[word >> (18 - 6 * place) & 63];
            text.push(if place > three.len() {
                '='
            } else {
                letter.into()
            });
        }
    }
    text
}
