//! A PDF of one A4 page of Helvetica, written by hand (ISO 32000-1 7.5).

const LEFT: u32 = 60;
const TOP: u32 = 780;
/// The most characters that fit a line of the body.
const LINE_CHARACTERS: usize = 88;

/// A page in the making.
pub(super) struct Page {
    stream: Vec<u8>,
    y: u32,
}

impl Page {
    pub(super) fn new() -> Self {
        Self {
            stream: Vec::new(),
            y: TOP,
        }
    }

    pub(super) fn title(&mut self, text: &str) {
        self.show("F2", 18, text);
        self.y -= 30;
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.y -= 12;
        self.show("F2", 12, text);
        self.y -= 18;
    }

    /// A sentence, on as many lines as it needs.
    pub(super) fn line(&mut self, text: &str) {
        let mut line = String::new();
        for word in text.split(' ') {
            if line.chars().count() + word.chars().count() >= LINE_CHARACTERS {
                self.put(&line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.put(&line);
    }

    fn put(&mut self, line: &str) {
        self.show("F1", 11, line);
        self.y -= 16;
    }

    fn show(&mut self, font: &str, size: u32, text: &str) {
        let head = format!("BT /{font} {size} Tf {LEFT} {} Td (", self.y);
        self.stream.extend(head.bytes());
        for character in text.chars() {
            if matches!(character, '(' | ')' | '\\') {
                self.stream.push(b'\\');
            }
            // WinAnsiEncoding is Latin-1 where it matters here.
            self.stream
                .push(u8::try_from(u32::from(character)).unwrap_or(b'?'));
        }
        self.stream.extend(b") Tj ET\n");
    }

    /// The document, with its cross-reference table; an even number of bytes, as DICOM asks.
    pub(super) fn finish(self) -> Vec<u8> {
        let font = |name: &str| {
            format!(
                "<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
            )
            .into_bytes()
        };
        let mut contents = format!("<< /Length {} >>\nstream\n", self.stream.len()).into_bytes();
        contents.extend(&self.stream);
        contents.extend(b"endstream");
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
                    /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>";
        let objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            page.as_bytes().to_vec(),
            contents,
            font("Helvetica"),
            font("Helvetica-Bold"),
        ];
        let mut file = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut table = String::from("0000000000 65535 f \n");
        for (k, object) in objects.iter().enumerate() {
            table.push_str(&format!("{:010} 00000 n \n", file.len()));
            file.extend(format!("{} 0 obj\n", k + 1).bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let (start, count) = (file.len(), objects.len() + 1);
        let tail = format!(
            "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
        );
        file.extend(tail.bytes());
        if file.len() % 2 == 1 {
            file.push(b'\n');
        }
        file
    }
}
