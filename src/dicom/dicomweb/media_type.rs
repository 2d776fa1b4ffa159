//! Content-Type of DICOMweb answers (RFC 9110 8.3, PS3.18 8.7.3), as servers really write it.

/// A media type with its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaType {
    /// `multipart/related`, in lower case.
    pub essence: String,
    /// Names in lower case, values without quotes.
    pub parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a header's value; quoted values may hold semicolons. Nothing is refused.
    pub fn parse(text: &str) -> Self {
        let mut pieces = split_outside_quotes(text).into_iter();
        let essence = pieces
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let parameters = pieces
            .filter_map(|piece| piece.split_once('='))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), unquote(value.trim())))
            .collect();
        Self {
            essence,
            parameters,
        }
    }

    /// A parameter's value.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The transfer syntax it names: as a parameter, or inside the quotes of `type` where some servers put it.
    /// `*` names none.
    pub fn transfer_syntax(&self) -> Option<String> {
        let inner = || {
            let inner = Self::parse(self.parameter("type")?);
            inner.parameter("transfer-syntax").map(str::to_owned)
        };
        let syntax = self
            .parameter("transfer-syntax")
            .map(str::to_owned)
            .or_else(inner)?;
        let is_uid = !syntax.is_empty()
            && syntax
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
        is_uid.then_some(syntax)
    }
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(|character| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match character {
            '\\' if is_quoted => is_escaped = !was_escaped,
            '"' if !was_escaped => is_quoted = !is_quoted,
            ';' => return !is_quoted,
            _ => {}
        }
        false
    })
    .collect()
}

fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut plain = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' {
            characters.next()
        } else {
            Some(character)
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_syntax_inside_the_quotes_of_type_is_found() {
        let text = r#"multipart/related; type="image/jls; transfer-syntax=1.2.840.10008.1.2.4.80"; boundary=a;b"#;
        let media_type = MediaType::parse(text);
        assert_eq!(media_type.essence, "multipart/related");
        assert_eq!(
            media_type.transfer_syntax().as_deref(),
            Some("1.2.840.10008.1.2.4.80")
        );
        assert_eq!(media_type.parameter("boundary"), Some("a"));
    }

    #[test]
    fn names_in_any_case_and_escaped_quotes() {
        let media_type =
            MediaType::parse(r#"Multipart/Related;BOUNDARY="x \" ; y"; Transfer-Syntax=*"#);
        assert_eq!(media_type.parameter("boundary"), Some("x \" ; y"));
        assert_eq!(media_type.transfer_syntax(), None);
    }
}
