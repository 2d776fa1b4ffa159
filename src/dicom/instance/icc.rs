//! ICC profiles made of curves and a matrix (ICC.1:2001, ISO 15076-1); those made of tables are not applied.

use skiagraph_core::pixel::color_transform::ColorTransform;

/// A profile: its bytes, which may claim anything.
pub(super) struct Profile<'p>(&'p [u8]);

impl<'p> Profile<'p> {
    /// A profile that has the signature of one (ISO 15076-1 7.2.9).
    pub(super) fn new(bytes: &'p [u8]) -> Option<Self> {
        (bytes.get(36..40)? == b"acsp").then_some(Self(bytes))
    }

    /// The element of a tag (7.3).
    fn element(&self, signature: &[u8; 4]) -> Option<&'p [u8]> {
        let n_tags = word(self.0, 128)?.min(100);
        let entry = (0..n_tags)
            .filter_map(|tag| self.0.get(132 + 12 * tag..144 + 12 * tag))
            .find(|entry| entry.starts_with(signature))?;
        self.0.get(word(entry, 4)?..)?.get(..word(entry, 8)?)
    }

    /// Its name: the tag `desc`, as `desc` (ICC.1:2001 6.5.17) or as `mluc` (10.15).
    pub(super) fn description(&self) -> Option<String> {
        let element = self.element(b"desc")?;
        let text = match element.get(..4)? {
            b"desc" => {
                let letters = element.get(12..)?.get(..word(element, 8)?)?;
                String::from_utf8_lossy(letters).into_owned()
            }
            // The first record: its length in bytes and its offset, then UTF-16.
            b"mluc" => {
                let letters = element
                    .get(word(element, 24)?..)?
                    .get(..word(element, 20)?)?;
                let units = letters.as_chunks::<2>().0.iter();
                String::from_utf16_lossy(&units.map(|&u| u16::from_be_bytes(u)).collect::<Vec<_>>())
            }
            _ => return None,
        };
        Some(crate::attribute::clean(&text)).filter(|text| !text.is_empty())
    }

    /// The transform of an RGB profile of curves and a matrix over XYZ (F.3). Where it has a table as well, that is the
    /// exact one (8.3), and curves would be a guess.
    pub(super) fn transform(&self) -> Option<ColorTransform> {
        let is_rgb = self.0.get(16..20)? == b"RGB " && self.0.get(20..24)? == b"XYZ ";
        if !is_rgb || self.element(b"A2B0").is_some() {
            return None;
        }
        let [red, green, blue] = [
            self.color(b"rXYZ")?,
            self.color(b"gXYZ")?,
            self.color(b"bXYZ")?,
        ];
        let curves = [
            curve(self.element(b"rTRC")?)?,
            curve(self.element(b"gTRC")?)?,
            curve(self.element(b"bTRC")?)?,
        ];
        let xyz_from_linear = [0, 1, 2].map(|at| [red[at], green[at], blue[at]]);
        Some(ColorTransform::new(curves, xyz_from_linear))
    }

    /// XYZType (10.31).
    fn color(&self, signature: &[u8; 4]) -> Option<[f64; 3]> {
        let element = self.element(signature)?;
        let is_xyz = element.get(..4)? == b"XYZ ";
        let xyz = [fixed(element, 8)?, fixed(element, 12)?, fixed(element, 16)?];
        is_xyz.then_some(xyz)
    }
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*word) as usize)
}

/// s15Fixed16Number (4.6).
fn fixed(bytes: &[u8], at: usize) -> Option<f64> {
    let word = bytes.get(at..)?.first_chunk::<4>()?;
    Some(f64::from(i32::from_be_bytes(*word)) / 65_536.0)
}

/// Linear light of the 256 values of a curve (10.6) or a parametric curve (10.18).
fn curve(element: &[u8]) -> Option<[f64; 256]> {
    let mut values = [0.0; 256];
    let at = |index: usize| index as f64 / 255.0;
    match element.get(..4)? {
        b"curv" => {
            let n = word(element, 8)?;
            let entry = |index: usize| -> Option<f64> {
                let word = element.get(12 + 2 * index..)?.first_chunk::<2>()?;
                Some(u16::from_be_bytes(*word).into())
            };
            // The last entry is looked at first: a table that is cut is none.
            let last = entry(n.saturating_sub(1));
            for (index, value) in values.iter_mut().enumerate() {
                *value = match n {
                    0 => at(index),
                    1 => at(index).powf(last? / 256.0),
                    _ => {
                        last?;
                        let place = at(index) * (n - 1) as f64;
                        let low = place.floor() as usize;
                        let part = place - place.floor();
                        let high = entry((low + 1).min(n - 1))?;
                        (entry(low)? * (1.0 - part) + high * part) / 65_535.0
                    }
                };
            }
        }
        b"para" => {
            let kind = word(element, 8)? >> 16;
            let n = *[1, 3, 4, 5, 7].get(kind)?;
            let read: Option<Vec<f64>> = (0..n).map(|k| fixed(element, 12 + 4 * k)).collect();
            let read = read?;
            for (index, value) in values.iter_mut().enumerate() {
                *value = parametric(kind, &read, at(index));
            }
        }
        _ => return None,
    }
    values
        .iter()
        .all(|v| v.is_finite())
        .then(|| values.map(|v| v.clamp(0.0, 1.0)))
}

/// Table 68 of ISO 15076-1: parameters g, a, b, c, d, e, f in this order.
fn parametric(kind: usize, p: &[f64], x: f64) -> f64 {
    let p = |at: usize| p.get(at).copied().unwrap_or_default();
    let (g, a, b, c, d, e, f) = (p(0), p(1), p(2), p(3), p(4), p(5), p(6));
    let power = |offset: f64| (a * x + b).max(0.0).powf(g) + offset;
    match kind {
        0 => x.powf(g),
        1 if x >= -b / a => power(0.0),
        1 => 0.0,
        2 if x >= -b / a => power(c),
        2 => c,
        3 if x >= d => power(0.0),
        3 => c * x,
        _ if x >= d => power(e),
        _ => c * x + f,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile with these tags.
    fn profile(tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes[16..24].copy_from_slice(b"RGB XYZ ");
        bytes[36..40].copy_from_slice(b"acsp");
        bytes.extend((tags.len() as u32).to_be_bytes());
        let mut offset = 132 + 12 * tags.len();
        for (signature, element) in tags {
            bytes.extend(*signature);
            bytes.extend((offset as u32).to_be_bytes());
            bytes.extend((element.len() as u32).to_be_bytes());
            offset += element.len();
        }
        tags.iter().for_each(|(_, element)| bytes.extend(element));
        bytes
    }

    fn fixed_words(head: &[u8], values: &[f64]) -> Vec<u8> {
        let words = values
            .iter()
            .flat_map(|v| ((v * 65_536.0).round() as i32).to_be_bytes());
        head.iter().copied().chain(words).collect()
    }

    fn xyz(color: [f64; 3]) -> Vec<u8> {
        fixed_words(b"XYZ \0\0\0\0", &color)
    }

    fn rgb_profile(curve: &[u8], colors: [[f64; 3]; 3]) -> Vec<u8> {
        let [red, green, blue] = colors.map(xyz);
        profile(&[
            (b"rXYZ", red),
            (b"gXYZ", green),
            (b"bXYZ", blue),
            (b"rTRC", curve.to_vec()),
            (b"gTRC", curve.to_vec()),
            (b"bTRC", curve.to_vec()),
        ])
    }

    /// Primaries of sRGB and of Adobe RGB (1998), adapted to D50.
    const SRGB: [[f64; 3]; 3] = [
        [0.43607, 0.22249, 0.01392],
        [0.38515, 0.71687, 0.09708],
        [0.14307, 0.06061, 0.71410],
    ];
    const ADOBE: [[f64; 3]; 3] = [
        [0.60974, 0.31111, 0.01947],
        [0.20528, 0.62567, 0.06087],
        [0.14919, 0.06322, 0.74457],
    ];

    #[test]
    fn iso_15076_1_the_curve_of_srgb_and_its_primaries_change_nothing() {
        let sets = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
        let curve = fixed_words(b"para\0\0\0\0\0\x03\0\0", &sets);
        let bytes = rgb_profile(&curve, SRGB);
        let transform = Profile::new(&bytes).unwrap().transform().unwrap();
        assert!(transform.is_identity());
    }

    /// Expected by LittleCMS 2 (relative colorimetric, no black point compensation) for this very profile.
    #[test]
    fn iso_15076_1_f_3_adobe_rgb_as_an_independent_engine_converts_it() {
        let curve = [&b"curv\0\0\0\0\0\0\0\x01"[..], &[2, 51]].concat();
        let bytes = rgb_profile(&curve, ADOBE);
        let transform = Profile::new(&bytes).unwrap().transform().unwrap();
        assert!(!transform.is_identity());
        for (color, wanted) in LITTLE_CMS {
            let got = transform.apply(color);
            let is_near = got.iter().zip(wanted).all(|(&a, b)| a.abs_diff(b) <= 1);
            assert!(is_near, "{color:?}: {got:?}, wanted {wanted:?}");
        }
    }

    const LITTLE_CMS: [([u8; 3], [u8; 3]); 9] = [
        ([255, 255, 255], [255, 255, 255]),
        ([0, 0, 0], [0, 0, 0]),
        ([128, 128, 128], [129, 129, 129]),
        ([200, 120, 80], [224, 121, 77]),
        ([30, 60, 90], [0, 57, 91]),
        ([120, 140, 20], [111, 141, 0]),
        ([10, 200, 60], [0, 201, 37]),
        ([250, 240, 180], [254, 240, 178]),
        ([64, 32, 128], [71, 26, 131]),
    ];

    #[test]
    fn a_profile_with_tables_or_of_another_space_is_not_applied() {
        let curve = b"curv\0\0\0\0\0\0\0\0";
        let plain = rgb_profile(curve, ADOBE);
        assert!(Profile::new(&plain).unwrap().transform().is_some());
        let mut cmyk = plain.clone();
        cmyk[16..20].copy_from_slice(b"CMYK");
        assert!(Profile::new(&cmyk).unwrap().transform().is_none());
        let tables = profile(&[(b"A2B0", vec![0; 8])]);
        assert!(Profile::new(&tables).unwrap().transform().is_none());
    }

    #[test]
    fn both_editions_tell_their_name() {
        let old = [&b"desc\0\0\0\0\0\0\0\x05"[..], b"sRGB\0"].concat();
        let named = |element: Vec<u8>| Profile::new(&profile(&[(b"desc", element)]))?.description();
        assert_eq!(named(old).as_deref(), Some("sRGB"));
        let head = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0CenUS\0\0\0\x04\0\0\0\x1C";
        assert_eq!(
            named([&head[..], b"\0P\x003"].concat()).as_deref(),
            Some("P3")
        );
    }

    #[test]
    fn a_profile_that_is_cut_gives_nothing() {
        let curve = [&b"curv\0\0\0\0\0\0\0\x02"[..], &[0, 0, 255, 255]].concat();
        let whole = rgb_profile(&curve, ADOBE);
        for length in 0..whole.len() {
            let cut = Profile::new(&whole[..length]).and_then(|profile| profile.transform());
            assert_eq!(cut, None, "{length} bytes");
        }
    }
}
