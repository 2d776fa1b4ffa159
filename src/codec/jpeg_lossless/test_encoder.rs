//! Lossless JPEG to test with: streams of an independent encoder, and an encoder of the plain text of Annex H.

use crate::test_picture::{hex, picture};

/// Components, bits, and what libjpeg-turbo 3.1 (imagecodecs 2026.3.6) made of `picture((14, 7, components), bits)`: the
/// seven predictors, then colour, then 12 bit.
pub(super) const LIBJPEG: &[(usize, u8, &str)] = &[
    (
        1,
        16,
        "ffd8ffe000104a46494600010100000100010000ffc3000b100007000e01011100ffc4001a00010003010101000000000000\
     000000000b000d0e0a0c10ffda0008010100010000f94054094094053e940940540b5aa125357280f600a04a04a02a049f4a\
     02a04a05aa4f92a6b940bb015015025024faa5fed202281280e9d3e4acaf502ec014094094093e540940940540b489d257d8\
     280f602a04a02a049f4a04a02a049f5a15593c5609f5d80a80a8127d281280a8128127cdf2ac9e5b14faec014094093e540b\
     33f9b0075014fabb54902a9407ffd9",
    ),
    (
        1,
        16,
        "ffd8ffe000104a46494600010100000100010000ffc3000b100007000e01011100ffc4001900010101010101000000000000\
     000000000a000b0e0d10ffda0008010100020000fb501d40b502d4074fad40b501d40bad50af1abb501600c0580b00602c05\
     803016035300602c0580300602be7c3fd602c058054c0580b00602c0580b00e880d80b006035301600c0580b00600c0580b0\
     0602be6a600be580b00602be580b00602c058054c0580b00602c0580300e5fed80b0060352f9601fffd9",
    ),
    (
        1,
        16,
        "ffd8ffe000104a46494600010100000100010000ffc3000b100007000e01011100ffc4001a00010101010101010000000000\
     000000000c0b000e0a0d10ffda0008010100030000fd501a81540aa034faa815406a05d6a86df1abaa03ec01004803401200\
     aff6802401200fad50dbe4d7200bd80a009004802bfdfc8f7401200d005d527edf32bd007ec01004803401dfe9005d382a00\
     9005d3a7edf3ec1005ec050068024015fe90068024015fefa44ed85617faf6028024015feeff006802401200eff5d0aaec5b\
     1bfdfb00401200eff4802e73f1006802bfd7de55da1557faffd9",
    ),
    (
        1,
        16,
        "ffd8ffe000104a46494600010100000100010000ffc3000b100007000e01011100ffc4001c00000300030101010000000000\
     0000000000010a040b0d0e0310ffda0008010100040000fdb4076816d02da03b3eb6816d01da05eb54038d5db406c0189899\
     1fc1600ec050f1f8209df03147f85809600c177c0f81fa9c7f0580ab0110c4f1e4182c03e16029e3e42628ff000b012c0188\
     f29f7eac1538fe0af9fbff00ffd9",
    ),
    (
        1,
        16,
        "ffd8ffe000104a46494600010100000100010000ffc3000b100007000e01011100ffc4001b00010002030101000000000000\
     000000000a000b0c0d0e0f10ffda0008010100050000fad01b40ad02b406cfab40ad01b40bad50934d5d680b00504a054028\
     24faa0141281d9d3c98caea0980a80502a093ce8e07a184502a036451263ec281600a0940a814f9e2405ee600a01416c29e4\
     a56140301502a0140a7e502a0141279cf2e92ad84f4c05402824f2a15402825029f336ae40b29f5802825029f140f2ef9d6c\
     32804fd985521d1509ffd9",
    ),
    (
        1,
        16,
        "ffd8ffe000104a46494600010100000100010000ffc3000b100007000e01011100ffc4001b00010003000301000000000000\
     0000000009000a0b0d0e0f10ffda0008010100060000fb501d40b502d4074fad40b501d40bb6a849c3576a03700605816018\
     160580605811fe4b803037016018060579e0a07c4405816007f92e02c0dc018160581603b041fb900300c08ff25c0580b80b\
     02c0300c0b02c0302bc90725c0179b80b00c0af2c2b00c0b02c00ff25c0581b80302c0b00c07567bf1702601811fe4b7cb09\
     ffd9",
    ),
    (
        1,
        16,
        "ffd8ffe000104a46494600010100000100010000ffc3000b100007000e01011100ffc4001b00010101000301010000000000\
     000000000b0a000c0d0f0e10ffda0008010100070000fca02a04a04a029f4a04a02a05f5aa1b74d5ca036008048048028057\
     fc802804805da946dc657402b01401401402bfae93fbc4e09009007b3a8db8fb08056008048048057fbe2704804802805d91\
     3ec2b08036028048028037fc8048028057f5d855ec5b17f56028028057f48048028048057fbcf2bda166ff00ac0100900aff\
     005007e63f3c660d006ffb9b55b4e8a00fffd9",
    ),
    (
        3,
        8,
        "ffd8ffee000e41646f626500640000000000ffc30011080007000e03521100471100421100ffc4001c000003010101010101\
     0000000000000000010203000708050604ffda000c03520047004200060000f3ff000ce356bdef75bdaf61717b5ed7b5c5c5\
     bf51fa3fafb6db7cafe69d85de94762c5cc99ec58b978bb558ba85db6d9e947634772d267b3b1897f727b53d8bc4b8cf1f62\
     e5d82aedb6d49bb55de947666896ab976f11f8c3c7bdcbb57643267b1551b6db51e85da94762c59d9d9d8b1917b3b189760b\
     b6db3d2926347997b3b18b358b9767896ab9760abb6db528ec5de947896ab966678fb4fd89ec2e33c7f91976762aa36db69b\
     d2aedfffd9",
    ),
    (
        1,
        12,
        "ffd8ffe000104a46494600010100000100010000ffc3000b0c0007000e01011100ffc4001a00010002030100000000000000\
     00000000070006090a0c08ffda0008010100010000e7ff00515252514a525152db424c3728dc1494945492945494b69f9313\
     ca5715152524aee5fe2435251d9be4c67a95c1494949254949454b63e93c00a3715251524a5251524ad8564f18255c545492\
     949454949273cb279852ae0a4a492a5db3bc60ca2959b4902947ffd9",
    ),
];

/// How to encode.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) bits: u8,
    pub(super) predictor: u8,
    pub(super) point_transform: u8,
    /// Rows between restart markers, 0: none.
    pub(super) restart_rows: usize,
    /// All components in one scan, or each in its own.
    pub(super) is_interleaved: bool,
    /// The height follows the first scan in a DNL segment.
    pub(super) has_late_height: bool,
    /// Each component has a table of its own.
    pub(super) has_own_tables: bool,
}

pub(super) const OPTIONS: Options = Options {
    bits: 16,
    predictor: 1,
    point_transform: 0,
    restart_rows: 0,
    is_interleaved: true,
    has_late_height: false,
    has_own_tables: false,
};

/// H.1.2.2: 17 codes. Table 0 has 5 bits for each, table 1 has codes of 1 to 16 bits (the last two alike long).
fn code(table: usize, category: u32) -> (u32, u32) {
    match (table, category) {
        (0, _) => (category, 5),
        (_, 16) => (0xFFFE, 16),
        (_, 15) => (0xFFFF, 16),
        _ => ((1 << (category + 1)) - 2, category + 1),
    }
}

/// A DHT segment with the codes of [`code`].
fn tables() -> Vec<u8> {
    let mut body = vec![0x00];
    body.extend((1..=16).map(|length| if length == 5 { 17 } else { 0 }));
    body.extend(0..=16);
    body.push(0x01);
    // Lengths 1 to 15 for the categories 0 to 14, then two of 16 bits: 16 and 15.
    body.extend((1..=16).map(|length| if length == 16 { 2 } else { 1 }));
    body.extend(0..=14);
    body.extend([16, 15]);
    [
        &[0xFF, 0xC4],
        &(body.len() as u16 + 2).to_be_bytes()[..],
        &body,
    ]
    .concat()
}

/// Encodes interleaved samples by the text of Annex H.
pub(super) fn encode(
    (width, height, n_components): (usize, usize, usize),
    samples: &[u16],
    options: &Options,
) -> Vec<u8> {
    let mut stream = vec![0xFF, 0xD8, 0xFF, 0xC3];
    stream.extend((8 + 3 * n_components as u16).to_be_bytes());
    stream.push(options.bits);
    let early_height = if options.has_late_height {
        0
    } else {
        height as u16
    };
    stream.extend(early_height.to_be_bytes());
    stream.extend((width as u16).to_be_bytes());
    stream.push(n_components as u8);
    (1..=n_components as u8).for_each(|id| stream.extend([id, 0x11, 0]));
    stream.extend(tables());
    if options.restart_rows > 0 {
        stream.extend([0xFF, 0xDD, 0, 4]);
        stream.extend(((options.restart_rows * width) as u16).to_be_bytes());
    }
    let all: Vec<usize> = (0..n_components).collect();
    let scans = all.chunks(if options.is_interleaved {
        n_components
    } else {
        1
    });
    for (number, scan) in scans.enumerate() {
        let table = |component: usize| {
            if options.has_own_tables {
                component % 2
            } else {
                0
            }
        };
        stream.extend([0xFF, 0xDA, 0, 6 + 2 * scan.len() as u8, scan.len() as u8]);
        scan.iter()
            .for_each(|&c| stream.extend([c as u8 + 1, (table(c) as u8) << 4]));
        stream.extend([options.predictor, 0, options.point_transform]);
        let at = |x: usize, y: usize, c: usize| {
            i32::from(samples[(y * width + x) * n_components + c] >> options.point_transform)
        };
        let interval = if options.restart_rows == 0 {
            height
        } else {
            options.restart_rows
        };
        let rows: Vec<usize> = (0..height).collect();
        for (index, rows) in rows.chunks(interval).enumerate() {
            if index > 0 {
                stream.extend([0xFF, 0xD0 + (index as u8 - 1) % 8]);
            }
            let mut bits = Vec::new();
            for (&y, x) in rows.iter().flat_map(|y| (0..width).map(move |x| (y, x))) {
                for &c in scan {
                    let prediction = match (x, y == rows[0]) {
                        (0, true) => 1 << (options.bits - options.point_transform - 1),
                        (_, true) => at(x - 1, y, c),
                        (0, false) => at(x, y - 1, c),
                        _ => {
                            let (a, b, c) = (at(x - 1, y, c), at(x, y - 1, c), at(x - 1, y - 1, c));
                            [
                                a,
                                b,
                                c,
                                a + b - c,
                                a + ((b - c) >> 1),
                                b + ((a - c) >> 1),
                                (a + b) / 2,
                            ][usize::from(options.predictor) - 1]
                        }
                    };
                    push(&mut bits, at(x, y, c) - prediction, table(c));
                }
            }
            stream.extend(bytes(bits));
        }
        if options.has_late_height && number == 0 {
            stream.extend([0xFF, 0xDC, 0, 4]);
            stream.extend((height as u16).to_be_bytes());
        }
    }
    stream.extend([0xFF, 0xD9]);
    stream
}

/// Table H.2: the category is the number of bits of the size; negative differences count up from all zeros.
fn push(bits: &mut Vec<bool>, difference: i32, table: usize) {
    // Modulo 2^16, -32767 to 32768.
    let difference = match difference as u16 {
        0x8000 => 32768,
        value => i32::from(value as i16),
    };
    let category = 32 - difference.abs().leading_zeros();
    let mut put = |value: u32, n: u32| {
        (0..n)
            .rev()
            .for_each(|bit| bits.push(value >> bit & 1 == 1))
    };
    let (code, length) = code(table, category);
    put(code, length);
    if category < 16 {
        let value = if difference < 0 {
            difference + (1 << category) - 1
        } else {
            difference
        };
        put(value as u32, category);
    }
}

/// F.1.2.3: ones fill the last byte, a zero byte follows each of ones.
fn bytes(mut bits: Vec<bool>) -> Vec<u8> {
    bits.resize(bits.len().next_multiple_of(8), true);
    let bytes = bits
        .chunks(8)
        .map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
    bytes
        .flat_map(|byte| [byte, 0].into_iter().take(if byte == 0xFF { 2 } else { 1 }))
        .collect()
}

/// Streams of every kind, small enough to be damaged thousands of times.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut streams: Vec<Vec<u8>> = LIBJPEG.iter().map(|(.., stream)| hex(stream)).collect();
    let options = Options {
        restart_rows: 2,
        has_own_tables: true,
        ..OPTIONS
    };
    streams.push(encode((20, 10, 2), &picture((20, 10, 2), 16), &options));
    streams
}
