//! Writes small DICOM files for the tests, element by element, in any encoding.

/// How elements are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Explicit,
    Implicit,
    BigEndian,
}

/// A file in the making.
pub struct File {
    style: Style,
    pub bytes: Vec<u8>,
}

impl File {
    /// A file with preamble and File Meta Information.
    pub fn new(syntax_uid: &str) -> Self {
        let mut meta = Self::bare(Style::Explicit);
        meta.element((0x0002, 0x0010), *b"UI", &padded(syntax_uid.as_bytes(), 0));
        let mut file = Self::bare(match syntax_uid {
            "1.2.840.10008.1.2" => Style::Implicit,
            "1.2.840.10008.1.2.2" => Style::BigEndian,
            _ => Style::Explicit,
        });
        file.bytes = [&[0; 128], b"DICM".as_slice(), &meta.bytes].concat();
        file
    }

    /// A data set without anything before it.
    pub fn bare(style: Style) -> Self {
        Self {
            style,
            bytes: Vec::new(),
        }
    }

    pub fn u16(&self, value: u16) -> [u8; 2] {
        if self.style == Style::BigEndian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    fn u32(&self, value: u32) -> [u8; 4] {
        if self.style == Style::BigEndian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    fn head(&mut self, (group, element): (u16, u16), vr: [u8; 2], length: u32) {
        self.bytes
            .extend([self.u16(group), self.u16(element)].concat());
        let is_long = matches!(&vr, b"OB" | b"OW" | b"SQ" | b"UN" | b"OF" | b"OD");
        if self.style == Style::Implicit || group == 0xFFFE {
            self.bytes.extend(self.u32(length));
        } else if is_long {
            self.bytes
                .extend([&vr, [0; 2].as_slice(), &self.u32(length)].concat());
        } else {
            self.bytes.extend([vr, self.u16(length as u16)].concat());
        }
    }

    pub fn element(&mut self, tag: (u16, u16), vr: [u8; 2], value: &[u8]) -> &mut Self {
        self.head(tag, vr, value.len() as u32);
        self.bytes.extend(value);
        self
    }

    pub fn text(&mut self, tag: (u16, u16), vr: [u8; 2], value: &str) -> &mut Self {
        self.element(
            tag,
            vr,
            &padded(value.as_bytes(), if &vr == b"UI" { 0 } else { b' ' }),
        )
    }

    pub fn number(&mut self, tag: (u16, u16), value: u16) -> &mut Self {
        self.element(tag, *b"US", &self.u16(value))
    }

    /// The start of a sequence or fragments of undefined length.
    pub fn open(&mut self, tag: (u16, u16), vr: [u8; 2]) -> &mut Self {
        self.head(tag, vr, u32::MAX);
        self
    }

    pub fn item(&mut self, value: &[u8]) -> &mut Self {
        self.element((0xFFFE, 0xE000), *b"  ", &padded(value, 0))
    }

    pub fn close(&mut self) -> &mut Self {
        self.element((0xFFFE, 0xE0DD), *b"  ", &[])
    }

    /// What every instance has, and the Image Pixel module.
    pub fn image(&mut self, rows: u16, columns: u16, bits: [u16; 2], is_signed: bool) -> &mut Self {
        self.text((0x0008, 0x0018), *b"UI", "1.2.3.4");
        self.text((0x0010, 0x0010), *b"PN", "Phantom^CT");
        self.number((0x0028, 0x0002), 1)
            .text((0x0028, 0x0004), *b"CS", "MONOCHROME2");
        self.number((0x0028, 0x0010), rows)
            .number((0x0028, 0x0011), columns);
        self.number((0x0028, 0x0100), bits[0])
            .number((0x0028, 0x0101), bits[1]);
        self.number((0x0028, 0x0102), bits[1] - 1)
            .number((0x0028, 0x0103), is_signed.into())
    }
}

fn padded(value: &[u8], padding: u8) -> Vec<u8> {
    let mut value = value.to_vec();
    value.resize(value.len().next_multiple_of(2), padding);
    value
}

/// A small CT with 16-bit words, without a preamble.
pub fn short(style: Style) -> File {
    let mut file = File::bare(style);
    file.image(2, 2, [16, 16], true);
    let words: Vec<u8> = [-1000_i16, 0, 40, 3000]
        .iter()
        .flat_map(|&v| file.u16(v as u16))
        .collect();
    file.element((0x7FE0, 0x0010), *b"OW", &words);
    file
}
