//! Whole DICOM JSON to begin with: metadata, lists, reports.

use crate::write::json::{base64, ct};

pub(super) const JSON_WORDS: &[&[u8]] = &[
    b"null",
    b"-1",
    b"1e308",
    b"65535",
    b"[]",
    b"{}",
    b"\"\"",
    b"2147483647",
    b"1e999",
    b"\xFF\xFE",
    b"\"\\ud800\"",
    b"[[[[[[[[",
    b"0.0000001",
    b"\"52009230\":{\"Value\":[",
];

/// An sRGB-like profile of a matrix and a curve (ISO 15076-1), in base64.
fn icc_profile() -> String {
    let xyz = [
        b"XYZ \0\0\0\0".as_slice(),
        &[0, 0, 0x6F, 0xA2],
        &[0, 0, 0x38, 0xF5, 0, 0, 3, 0x90],
    ];
    let elements: [(&[u8; 4], Vec<u8>); 8] = [
        (b"desc", b"desc\0\0\0\0\0\0\0\x04sRGB".to_vec()),
        (b"rXYZ", xyz.concat()),
        (b"gXYZ", xyz.concat()),
        (b"bXYZ", xyz.concat()),
        (b"rTRC", b"curv\0\0\0\0\0\0\0\x01\x02\x33".to_vec()),
        (
            b"gTRC",
            b"curv\0\0\0\0\0\0\0\x03\0\0\x40\0\xFF\xFF".to_vec(),
        ),
        (b"bTRC", b"para\0\0\0\0\0\0\0\0\0\x02\x33\x33".to_vec()),
        (b"wtpt", xyz.concat()),
    ];
    let mut profile = vec![0; 128];
    profile[16..24].copy_from_slice(b"RGB XYZ ");
    profile[36..40].copy_from_slice(b"acsp");
    profile.extend((elements.len() as u32).to_be_bytes());
    let mut at = profile.len() + 12 * elements.len();
    for (name, element) in &elements {
        profile.extend(name.as_slice());
        profile.extend((at as u32).to_be_bytes());
        profile.extend((element.len() as u32).to_be_bytes());
        at += element.len();
    }
    elements
        .iter()
        .for_each(|(_, element)| profile.extend(element));
    base64(&profile)
}

/// A CT with tables, shutters, overlays and a mask; colours with palettes and a profile; a PET.
pub(super) fn metadata() -> Vec<Vec<u8>> {
    let lut = r#"[{"00283002":{"Value":[4,0,16]},"00283006":{"InlineBinary":"AAABAAIAAwA="}}]"#;
    let frames = r#"[{"00209113":{"Value":[{"00200032":{"Value":[0,0,1]}}]},"00289145":{"Value":[{"00281053":{"Value":[2]},"00281052":{"Value":["0"]}}]}},{}]"#;
    let grey = ct(&[
        ("00283000", lut),
        ("00283010", lut),
        ("00280008", "[2]"),
        ("52009230", frames),
        ("00280120", "[63536]"),
        ("00281050", r#"["40\\50"]"#),
        ("00281051", "[400,80]"),
        ("00280030", "[0.5,0.5]"),
        ("00181065", "[0,40]"),
        ("00200037", "[1,0,0,0,1,0]"),
        ("00100010", r#"[{"Alphabetic":"A^B"}]"#),
        ("00200020", r#"["A","F"]"#),
        ("60000010", "[2]"),
        ("60000011", "[3]"),
        ("60000050", "[-2,5]"),
        ("60003000", r#"{"InlineBinary":"NQA="}"#),
        ("60020100", "[16]"),
        ("60020102", "[13]"),
        ("00181600", r#"["RECTANGULAR\\CIRCULAR","POLYGONAL"]"#),
        ("00181602", "[2]"),
        ("00181604", "[6]"),
        ("00181606", "[1]"),
        ("00181608", "[4]"),
        ("00181610", "[3,2]"),
        ("00181612", "[5]"),
        ("00181620", "[1,2,3,4,5,6]"),
        (
            "00286100",
            r#"[{"00286101":{"Value":["AVG_SUB"]},"00286110":{"Value":[1]}}]"#,
        ),
    ]);
    let segmented = "[0,2,0,100,1,4,300,2,1,0,0]";
    let palette = ct(&[
        ("00080018", r#"["1.2.3.5"]"#),
        ("00280004", r#"["PALETTE COLOR"]"#),
        ("00281101", "[8,0,16]"),
        ("00281102", "[8,0,16]"),
        ("00281103", "[8,0,16]"),
        ("00281221", segmented),
        ("00281222", segmented),
        ("00281223", segmented),
        ("00281203", r#"{"BulkDataURI":"/studies/1/bulk/2"}"#),
    ]);
    let color = ct(&[
        ("00080018", r#"["1.2.3.6"]"#),
        ("00280002", "[3]"),
        ("00280004", r#"["RGB"]"#),
        (
            "00282000",
            &format!(r#"{{"InlineBinary":"{}"}}"#, icc_profile()),
        ),
    ]);
    let pet = ct(&[
        ("00080018", r#"["1.2.3.7"]"#),
        ("00080060", r#"["PT"]"#),
        ("00280051", r#"["ATTN","DECY"]"#),
        ("00541001", r#"["BQML"]"#),
        ("00541102", r#"["START"]"#),
        ("00101030", "[70]"),
        ("00080021", r#"["20240301"]"#),
        ("00080031", r#"["101500"]"#),
        ("00080032", r#"["102000.5"]"#),
        (
            "00540016",
            r#"[{"00181072":{"Value":["093000"]},"00181074":{"Value":[3.5e8]},"00181075":{"Value":[6586.2]}}]"#,
        ),
        (
            "00409096",
            r#"[{"00409216":{"Value":[0]},"00409211":{"Value":[4095]},"00409224":{"Value":[-2]},"00409225":{"Value":[0.5]},"004008EA":{"Value":[{"00080100":{"Value":["g/ml"]}}]}}]"#,
        ),
    ]);
    vec![
        format!("[{grey},{palette}]").into_bytes(),
        format!("[{grey},{color}]").into_bytes(),
        format!("[{pet}]").into_bytes(),
    ]
}

/// Enhanced images (PS3.3 C.7.6.16): MR with dimensions and a concatenation, CT, ultrasound volume, tomosynthesis.
pub(super) fn groups() -> Vec<Vec<u8>> {
    let value = |tag: &str, value: &str| format!(r#""{tag}":{{"Value":[{value}]}}"#);
    let item =
        |tag: &str, attributes: &[String]| value(tag, &format!("{{{}}}", attributes.join(",")));
    let place = |z: &str| item("00209113", &[value("00200032", &format!("0,0,{z}"))]);
    let content = |n: u32| {
        item(
            "00209111",
            &[
                value("00209056", r#""A""#),
                value("00209057", &n.to_string()),
                value("00209128", "1"),
                value("00209156", "7"),
                value("00209157", &format!("1,{n},1")),
                value("00189074", r#""20240101120000.5""#),
            ],
        )
    };
    let echo = item("00189114", &[value("00189082", "4.6")]);
    let diffusion = item(
        "00189117",
        &[
            value("00189087", "1000"),
            item("00189076", &[value("00189089", "0,0,1")]),
        ],
    );
    let cardiac = item(
        "00189118",
        &[value("00209153", "120.5"), value("00209241", "12.5")],
    );
    let transform = item(
        "00289145",
        &[
            value("00281052", "-1024"),
            value("00281053", "1.5"),
            value("00281054", r#""HU""#),
        ],
    );
    let window = item(
        "00289132",
        &[
            value("00281050", "40,50"),
            value("00281051", "400,80"),
            value("00281055", r#""A","B""#),
        ],
    );
    let mapping = item(
        "00409096",
        &[
            value("00409216", "0"),
            value("00409211", "4095"),
            value("00409212", "1,2,3,4"),
            item("004008EA", &[value("00080100", r#""mm2/s""#)]),
        ],
    );
    let shutter = item(
        "00189472",
        &[
            value("00181600", r#""CIRCULAR""#),
            value("00181610", "2,2"),
            value("00181612", "2"),
        ],
    );
    let converted = item(
        "00209171",
        &[value("00189087", "50"), value("00181060", "12.5")],
    );
    let volume = [
        item("0020930E", &[value("00209301", "0,0,2")]),
        item("0020930F", &[value("00209302", "1,0,0,0,1,0")]),
        item("00209310", &[value("0020930D", "0.5")]),
    ];
    let frame = |macros: &[String]| format!("{{{}}}", macros.join(","));
    let frames = [
        frame(&[
            place("0"),
            content(1),
            echo.clone(),
            diffusion.clone(),
            transform.clone(),
        ]),
        frame(&[
            place("2.5"),
            content(2),
            echo,
            diffusion,
            window.clone(),
            mapping.clone(),
        ]),
        frame(&[place("5"), cardiac, shutter, converted, mapping]),
    ];
    let shared = frame(&[
        item("00209116", &[value("00200037", "1,0,0,0,1,0")]),
        item(
            "00289110",
            &[value("00280030", "0.5,0.5"), value("00180050", "2.5")],
        ),
        item(
            "00189226",
            &[value(
                "00089007",
                r#""ORIGINAL","PRIMARY","DIFFUSION","NONE""#,
            )],
        ),
        item(
            "00189321",
            &[value("00189330", "120"), value("00189332", "80")],
        ),
        window,
    ]);
    let dimensions = r#"[{"00209165":{"Value":["00209056"]}},{"00209165":{"Value":["00209057"]}},{"00209165":{"Value":["00209128"]},"00209421":{"Value":["Temporal position"]}}]"#;
    let enhanced = ct(&[
        ("00080060", r#"["MR"]"#),
        ("00280008", "[3]"),
        ("52009229", &format!("[{shared}]")),
        ("52009230", &format!("[{}]", frames.join(","))),
        ("00209222", dimensions),
        ("00209161", r#"["1.2.9"]"#),
        ("00209162", "[2]"),
        ("00209163", "[2]"),
        ("00209228", "[3]"),
    ]);
    let ultrasound = ct(&[
        ("00080018", r#"["1.2.3.5"]"#),
        ("00080060", r#"["US"]"#),
        ("00280008", "[2]"),
        ("52009229", "[{}]"),
        ("52009230", &format!("[{0},{0}]", frame(&volume))),
    ]);
    vec![
        format!("[{enhanced}]").into_bytes(),
        format!("[{enhanced},{ultrasound}]").into_bytes(),
    ]
}

pub(super) fn query_answer() -> Vec<Vec<u8>> {
    let study = r#"{"0020000D":{"vr":"UI","Value":["1.2.3"]},"00080020":{"vr":"DA","Value":["20240301"]},"00080030":{"vr":"TM","Value":["101530.5"]},"00080061":{"vr":"CS","Value":["CT","MR"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"Doe^Jane","Ideographic":"x","Phonetic":"y"}]},"00100020":{"vr":"LO","Value":["P1"]},"00100030":{"vr":"DA","Value":["19700101"]},"00100040":{"vr":"CS","Value":["F"]},"00080050":{"vr":"SH","Value":["A1"]},"00080090":{"vr":"PN","Value":[{"Alphabetic":"Ref^Dr"}]},"00081030":{"vr":"LO","Value":["Thorax"]},"00201206":{"vr":"IS","Value":[2]},"00201208":{"vr":"IS","Value":["120"]}}"#;
    let series = r#"{"0020000D":{"vr":"UI","Value":["1.2.3"]},"0020000E":{"vr":"UI","Value":["1.2.3.4"]},"00080060":{"vr":"CS","Value":["CT"]},"0008103E":{"vr":"LO","Value":["Axial"]},"00200011":{"vr":"IS","Value":[3]},"00201209":{"vr":"IS","Value":[60]},"00180015":{"vr":"CS","Value":["CHEST"]}}"#;
    vec![
        format!("[{study},{study}]").into_bytes(),
        format!("[{series}]").into_bytes(),
    ]
}

/// A report with every kind of content item (PS3.3 C.17.3.2), and a document.
pub(super) fn report() -> Vec<Vec<u8>> {
    let code = r#"{"Value":[{"00080100":{"Value":["121071"]},"00080102":{"Value":["DCM"]},"00080104":{"Value":["Finding"]}}]}"#;
    let content = |kind: &str, value: &str| {
        format!(
            r#"{{"0040A010":{{"Value":["CONTAINS"]}},"0040A040":{{"Value":["{kind}"]}},"0040A043":{code},{value}}}"#
        )
    };
    let items = [
        content("TEXT", r#""0040A160":{"Value":["First line\r\nsecond"]}"#),
        content(
            "NUM",
            r#""0040A300":{"Value":[{"0040A30A":{"Value":[12.5]},"004008EA":{"Value":[{"00080100":{"Value":["mm"]}}]}}]}"#,
        ),
        content("CODE", &format!(r#""0040A168":{code}"#)),
        content("PNAME", r#""0040A123":{"Value":[{"Alphabetic":"A^B"}]}"#),
        content("DATETIME", r#""0040A120":{"Value":["20240301101500"]}"#),
        content(
            "IMAGE",
            r#""00081199":{"Value":[{"00081150":{"Value":["1.2"]},"00081155":{"Value":["1.2.3"]},"00081160":{"Value":[1,2]}}]}"#,
        ),
        content(
            "SCOORD",
            r#""00700023":{"Value":["POLYLINE"]},"00700022":{"Value":[1,2,3,4,5,6]}"#,
        ),
        content(
            "CONTAINER",
            &format!(
                r#""0040A730":{{"Value":[{{"0040DB73":{{"Value":[1,2]}}}},{{"0040A043":{code}}}]}}"#
            ),
        ),
    ];
    let whole = format!(
        r#"[{{"0040A040":{{"Value":["CONTAINER"]}},"0040A043":{code},"0040A491":{{"Value":["PARTIAL"]}},"0040A493":{{"Value":["VERIFIED"]}},"0040A073":{{"Value":[{{"0040A075":{{"Value":[{{"Alphabetic":"V^D"}}]}},"0040A027":{{"Value":["Clinic"]}},"0040A030":{{"Value":["20240301"]}}}}]}},"0040A730":{{"Value":[{}]}}}}]"#,
        items.join(",")
    );
    let document = r#"{"00420012":{"vr":"LO","Value":["application/pdf"]},"00420011":{"vr":"OB","BulkDataURI":"/bulk/1"},"00090010":{"vr":"UN","InlineBinary":"AAEC"}}"#;
    vec![whole.into_bytes(), document.as_bytes().to_vec()]
}
