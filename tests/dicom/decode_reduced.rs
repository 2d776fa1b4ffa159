//! JPEG 2000 and HTJ2K at half and a quarter of their size, against what OpenJPEG 2.5.4 makes of them (by Pillow 13).
//!
//! The streams are of 38 x 39 ramps of our own making, coded by OpenJPEG and OpenJPH (imagecodecs 2026.3.6).

use skiagraph_core::pixel::descriptor::{Photometric, PixelDescriptor, RawDescriptor};
use skiagraph_dicom::{
    pixels::{
        DecodeError, coarse_level, decode, decode_reduced, extents, levels,
        part10::{frame_bytes, open},
        reduced,
    },
    transfer_syntax::TransferSyntax,
};

use skiagraph_tests::write::jxl::bytes;

use crate::{
    decode::{grey, jpeg},
    decode_jxl::sha256,
    part10_writer::File,
};

/// A stream in hexadecimal digits, and what the other decoder makes of it at each level.
struct Vector {
    name: &'static str,
    samples: u16,
    bits: u16,
    is_lossy: bool,
    stream: &'static str,
    /// SHA-256 of the little-endian samples, or these themselves where loss leaves some freedom.
    wanted: [&'static str; 3],
}

impl Vector {
    fn descriptor(&self) -> PixelDescriptor {
        let photometric = match self.samples {
            1 => Photometric::Monochrome2,
            _ => Photometric::YbrRct,
        };
        PixelDescriptor::new(&RawDescriptor {
            rows: Some(38),
            columns: Some(39),
            samples_per_pixel: Some(self.samples),
            bits_allocated: Some(self.bits),
            photometric: Some(photometric),
            ..RawDescriptor::default()
        })
        .unwrap()
    }

    fn label(&self) -> Option<TransferSyntax> {
        let is_high = self.name.starts_with("HT");
        Some(match is_high {
            true => TransferSyntax::Htj2k,
            false => TransferSyntax::Jpeg2000,
        })
    }
}

/// ISO/IEC 15444-1 B.5: a resolution 2^n times coarser has the size of the whole, divided and rounded up.
const SIZES: [(u32, u32); 3] = [(38, 39), (19, 20), (10, 10)];

#[test]
fn a_level_has_the_size_of_the_standard_and_the_samples_of_another_decoder() {
    for vector in &VECTORS {
        let (whole, label) = (vector.descriptor(), vector.label());
        let frame = bytes(vector.stream);
        for ((level, size), wanted) in (0..).zip(SIZES).zip(vector.wanted) {
            let place = format!("{} at level {level}", vector.name);
            let smaller = reduced(&whole, label.as_ref(), &frame, level).unwrap();
            assert_eq!((smaller.rows, smaller.columns), size, "{place}");
            let decoded = decode_reduced(&whole, label.as_ref(), &frame, level).unwrap();
            let got = decoded.samples.to_le_bytes();
            if vector.is_lossy {
                let pairs = got.iter().zip(bytes(wanted));
                let is_near = pairs.fold(0, |most, (a, b)| most.max(a.abs_diff(b))) <= 1;
                assert!(is_near && got.len() == bytes(wanted).len(), "{place}");
            } else {
                assert_eq!(sha256(&got), wanted, "{place}");
            }
            let raster = decoded.into_raster(&smaller).unwrap();
            assert_eq!((raster.rows, raster.columns), size, "{place}");
        }
    }
}

/// OpenJPEG and OpenJPH write resolution after resolution here, so that the beginning of a frame holds the coarse ones.
#[test]
fn the_beginning_of_a_frame_gives_its_coarse_levels_as_another_decoder_gives_them() {
    for vector in &VECTORS {
        let (whole, label) = (vector.descriptor(), vector.label());
        let frame = bytes(vector.stream);
        let needed = extents(&whole, label.as_ref(), &frame).unwrap();
        for (level, wanted) in (1..).zip(&vector.wanted[1..]) {
            let place = format!("{} at level {level}", vector.name);
            let n = needed[usize::from(level)].unwrap() as usize;
            assert!(n < frame.len(), "{place} needs {n}");
            let (beginning, cut) = (&frame[..n], &frame[..n - 1]);
            let decoded = decode_reduced(&whole, label.as_ref(), beginning, level).unwrap();
            let got = decoded.samples.to_le_bytes();
            if vector.is_lossy {
                let pairs = got.iter().zip(bytes(wanted));
                let is_near = pairs.fold(0, |most, (a, b)| most.max(a.abs_diff(b))) <= 1;
                assert!(is_near && got.len() == bytes(wanted).len(), "{place}");
            } else {
                assert_eq!(sha256(&got), *wanted, "{place}");
            }
            let told = |bytes| extents(&whole, label.as_ref(), bytes).unwrap();
            assert_eq!(told(beginning)[usize::from(level)], Some(n as u64));
            assert_eq!(told(cut)[usize::from(level)], None, "{place}");
            assert!(decode_reduced(&whole, label.as_ref(), cut, level).is_err());
        }
        // Too small for anybody to recognise anything.
        assert_eq!(coarse_level(&whole, label.as_ref(), &frame), None);
    }
}

#[test]
fn what_is_stored_in_one_size_has_no_coarse_picture() {
    let (whole, label) = (grey(8, 8), Some(TransferSyntax::JpegBaseline));
    let frame = jpeg(0xC0, 8).bytes();
    assert_eq!(extents(&whole, label.as_ref(), &frame), Ok(Vec::new()));
    assert_eq!(coarse_level(&whole, label.as_ref(), &frame), None);
}

#[test]
fn the_size_of_a_level_is_known_from_the_first_bytes() {
    const SOT: [u8; 2] = [0xFF, 0x90];
    for vector in &VECTORS {
        let (whole, label) = (vector.descriptor(), vector.label());
        let frame = bytes(vector.stream);
        let n_head = frame.windows(2).position(|pair| pair == SOT).unwrap();
        let head = &frame[..n_head + 2];
        assert!(levels(&whole, label.as_ref(), head).unwrap() >= 2);
        let smaller = reduced(&whole, label.as_ref(), head, 2).unwrap();
        assert_eq!((smaller.rows, smaller.columns), SIZES[2], "{}", vector.name);
    }
}

#[test]
fn a_level_that_is_not_there_is_refused() {
    for vector in &VECTORS {
        let (whole, label) = (vector.descriptor(), vector.label());
        let frame = bytes(vector.stream);
        let level = levels(&whole, label.as_ref(), &frame).unwrap() + 1;
        let outcomes = [
            reduced(&whole, label.as_ref(), &frame, level).map(drop),
            decode_reduced(&whole, label.as_ref(), &frame, level).map(drop),
        ];
        for outcome in outcomes {
            let is_refused = matches!(outcome, Err(DecodeError::Unsupported { .. }));
            assert!(is_refused, "{}", vector.name);
        }
    }
}

#[test]
fn what_is_stored_in_one_size_has_no_levels() {
    let (whole, label) = (grey(8, 8), Some(TransferSyntax::JpegBaseline));
    let frame = jpeg(0xC0, 8).bytes();
    assert_eq!(levels(&whole, label.as_ref(), &frame), Ok(0));
    assert_eq!(reduced(&whole, label.as_ref(), &frame, 0), Ok(whole));
    assert_eq!(
        decode_reduced(&whole, label.as_ref(), &frame, 1),
        Err(DecodeError::Unsupported {
            name: "JPEG at a reduced size".to_owned()
        })
    );
}

#[test]
fn level_0_is_the_whole_picture() {
    for vector in &VECTORS {
        let (whole, label) = (vector.descriptor(), vector.label());
        let frame = bytes(vector.stream);
        let reduced = decode_reduced(&whole, label.as_ref(), &frame, 0);
        assert_eq!(reduced, decode(&whole, label.as_ref(), &frame));
    }
}

/// Archives label what any decoder of part 1 reads as part 2.
#[test]
fn ps3_5_a_4_4_a_plain_codestream_in_a_file_of_part_2_is_decoded() {
    let vector = &VECTORS[0];
    let mut stream = bytes(vector.stream);
    stream.resize(stream.len().next_multiple_of(2), 0);
    for uid in ["1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93"] {
        let mut file = File::new(uid);
        file.image(38, 39, [16, 16], false)
            .open((0x7FE0, 0x0010), *b"OB")
            .item(&[])
            .item(&stream)
            .close();
        let part10 = open(&file.bytes).unwrap();
        let descriptor = PixelDescriptor::new(&part10.descriptor).unwrap();
        let frame = frame_bytes(&part10, &file.bytes, 0).unwrap();
        let decoded = decode(&descriptor, Some(&part10.transfer_syntax), &frame).unwrap();
        assert!(part10.transfer_syntax.is_decodable(), "{uid}");
        assert_eq!(decoded.warnings, [], "{uid}");
        let hash = sha256(&decoded.samples.to_le_bytes());
        assert_eq!(hash, vector.wanted[0], "{uid}");
    }
}

const VECTORS: [Vector; 5] = [
    Vector {
        name: "JPEG 2000 in grey",
        samples: 1,
        bits: 16,
        is_lossy: false,
        stream: "\
        ff4fff5100290000000000270000002600000000000000000000002700000026000000000000000000010f0101ff52000c00\
        000001000204040001ff5c000a4080888890888890ff640025000143726561746564206279204f70656e4a50454720766572\
        73696f6e20322e352e34ff90000a00000000041b0001ff93dff8960012323c5a81776bcc4836f8401b437ed1d0f7a6477be8\
        25d7ada6617f5ae0afcb6f9fabc386c22bce75324514a6d0ee5c5b942c50069e8f81b7b747591a61cd8d7586c1aa9207add2\
        9db299ec6a97a7bb12878e3f2cc7db92cab4aac9541cd935186d57c4b6f252bc773db900635c9a1e559d06237b60331d2447\
        1cc56afa8735f48a9d0a2848eb34381944403c04826f22e871c13694dc3afc6490af6c73bead95fd3b0907cf093cb9062e90\
        4b35bdf6c4f04a0bc1118deb7f1c7d7918dc5e50c0ff04b803f34880007c35607429c9a1ee6c927e0638c89c22ba702ab38c\
        65585b4c9e4bbd86f80b907671d060cec2cc953b246837364f79b4415710102346d15ce264a80817209cd3fedaacf12ca900\
        09ea055e53d6b7853f7be074cbca667afe7046155f52ddcc6d2e35c800e998c2692b2f2f35988de4918cc0bc6656f2140196\
        50eaca6ae5172f5023195f23365c370cc7cf920b0b854a5e8855df670412d1293ad3288aafc069d7a1444efd0884d482136c\
        371479fe0be3f7634254df2f7ee0fc5b807d1eb0de7fc001f3eb880fe741a0003e4d6818a761d0114c4bfaaaa93bc2165465\
        9083907f94cddd06356cb7334bbae426c391c972bd9cc58c07732fea1e613616c0a606f52fb346ba6690977b7bcf473bc17a\
        d6b5b722eb5ad68c41c4372e96c14fa4748acc151c7b03cf7decebff2454ee071579050021492f190f981f2d8960b36f1349\
        e73fed05c677e036657a309f36bc4eb2fb66fd3187feb4918d936d961bf2cf40cd179ef283e6cd5d833867b8f12d6c488bf1\
        c5713db4f450570119d31c797289c074c4d7d3c224ce80bf0837e11c403a7ddd6d49957f9f6904b4384145ad62e78485217c\
        d8b5381a5aabdcedde30a1b028f063ea9226c0ed6cb107f8b5343e5d01cc9489a843c07b7a0b0d6181d93c88cdb846399665\
        cc4fca2331e3caf6f5e24dcf36d5895bc8fb6366dab339b578567710a251b0d9890e68372d9a3911cc95308a05b26dbaf301\
        f000379b3346ad4984f96c1aa4c262c264f811f68471c49078fb15f7349ca1c3e9fcde26a66e385c235c0bb645652cf00a4c\
        059ce22738cf0f18978181ed1622288124c19abdb7b0546743091add6052da1248c3f2050e17ab709bd14fbbbdacb4042996\
        a34e15db53d6b1fe14c725ff3f4e690b2df93f243af6f100492eb5481278eb1501dc38176571675b55813c5deb90c1b60888\
        5e8131ae76abb49a930f73e908256fb16a77e36484f65703fbf21b3aec617708e86675506e594780d0855bf162ed53adce38\
        abf74c58888ab2678ce3b9f5586dbcbfc65568ff3816a62a8a2eaa6fe6b8addd70290aa279242bf1fefc8e734346b99b7331\
        e8e9cb8a8fe6b2f3d6df34c26f69cc8f65825c59f024843e80ad812ac2813d22457282cb62f29bc7a3189995f97685724e82\
        f5d426888b20d690d9eca6ffd9",
        wanted: [
            "037ce23352fdfefffbc8f5a9d9f65160d3f8cb9433256a007ff59cb79a9b7eec",
            "1e76b458a3c9927e7385fa302f592dc6c97058059b6092cf5400be0a6387d650",
            "76f63e3c2a0c801a5d65efdef50215bc3a7975290cce0814dcaca71c96c9a7bf",
        ],
    },
    Vector {
        name: "JPEG 2000 in colour",
        samples: 3,
        bits: 8,
        is_lossy: false,
        stream: "\
        ff4fff51002f0000000000270000002600000000000000000000002700000026000000000000000000030701010701010701\
        01ff52000c00000001010204040001ff5c000a4040484850484850ff640025000143726561746564206279204f70656e4a50\
        45472076657273696f6e20322e352e34ff90000a0000000004090001ff93df82c012323c5a801159d9259f0544531c6cb255\
        a423880989332a6b4a4011a0f7df95818b98ff280658d85461407f57a4cbaa2f78ebf5a302d6d273c6528c3215fbdfb54ec8\
        ede97357d866c898e537b3f2b35156f71d8c266d9fc3e75870745359a2476e4695b6cc24312c4cac593ab7b7a006c4688008\
        23808a432ffce1219e832951dabc508ef2a6c3e75c74c7654dc924a28da35e5ad0ecee5534c27fa76bb107ecfb170b9b81da\
        618009e196989f04f810f75dd7d202edf3c0f90e403a9401d60043240e6f7955fcdca8ad000226b29b498da50596f4fe2936\
        e31a3bc744cc8aae6a783998019a0b321c5d89acf872225c827571ec83b5fed2ba5573c3672884248d5e12a6b4f7c03adc03\
        a9401d602c7d8687a38c0e8ef3be9c0947ab375ce63d29e272a0886f44081f44d6be60841ffd5996cee897391983f895a338\
        794c62f788ba406eb04eb49648cba7c540b24e6ae2535fc03acc03aac01d542241b6d018cd8eae443423348a34ecb1286249\
        51865bd8487f03dd05d678f8614c2389c6b14310010e924a4d493f2f06c38ffcaa4d22bd90e34cdcdb32c07611d266bfc017\
        6901f0ddc01db5096fa703a727112725b4aaed32a37140b7307bc524ccfcc753594859d81ebe466bc5822b69f80f175667a1\
        1618e07c225a2e4897c224ce821727b3e249897cc553de71766a838b330872f59360db8c74b945ff1249ea61b18141fb70ad\
        c6645c2c82898404f0b8f73ac3afc8caf38755bb613bb61404ecb8a3039ddd689cabb150ec50ac5d49d72ecb8b2ee04a47e2\
        ade9d194f93d01f9847c23e3e634d0894b3a22f227c0177b00ee8b00774e14105d1dc5466115bfac78da89cafa946722cc53\
        8cc16acedf62c55e73f30d2cfa4f59d18d05d6f4b1779a7201102e7bbadd431f53e8c333d8c1a7ff7f877e855911cd75a13e\
        bef243b185cdc1f7857d95e0ac666482417aab1c7e4cdf667112f2b9d68dd638d02f056c6985366e8bb56aa3c4ea491682d9\
        03772d070a6521ed5c3f156b714d53b1a40721d7aff0b9223a431dd602df51ceccc2ea60901120a25a80bc57a89e4e15991c\
        93d714cff42b232bf0771e7036ad0999340ee7a1b1f9b4ceaa176be9dd988579957ca81ab267c0177900ee8500774c14382a\
        3d48c33184442edc3020fa33e5068e9b722ba6ff28e7af851e405fef81852ae78381e614e076cac4ba17382d6b8e6cf93478\
        c3e988040810c57e91015c19be37cc9fb5b536e513c98a9561ad4b2525951a1300b0e2b8e1ac60b5099c8e478c737d888a64\
        62ae17aa970b0976da9367d871b5491d77a04372a9760717f61e9e6ee50db9db97404427a305840f29e7fe6df3f8aa559fdd\
        a43dafacdd47c8cc56f375d12cf3c4723bbc8052aa83ac2a5ffdc0363507af905e509b25e78ad3b26d64c99e6bce9c0533ff\
        d9",
        wanted: [
            "85b887e5e76fa005b98985a894ec622acc36aeba8c964bef3e84b6587d06b2ab",
            "b97fdfa1344ff33c16004ab67d0e04726284317d64dd679c6b8afbb729580ef1",
            "ac051e1fd2949edcafcb90da0800f002e25c7cade8ae52f93a67cc3dd3520959",
        ],
    },
    Vector {
        name: "lossy JPEG 2000",
        samples: 1,
        bits: 8,
        is_lossy: true,
        stream: "\
        ff4fff510029000000000027000000260000000000000000000000270000002600000000000000000001070101ff52000f01\
        020001000204040000888888ff5c0011425f5250055005504757d357d35762ff640025000143726561746564206279204f70\
        656e4a5045472076657273696f6e20322e352e34ff90000a00000000005e0001ff93cfad10111dc13146413b68a99261c247\
        193290ce02920f52bbdfbaeee65a69a54d620dde376deffa9201192ee5deb7250e079f356c597de813ae821381325b9d0549\
        d198fc7067c0f0a093e215a7af80ffd9",
        wanted: [
            "\
        0000000000000102030405060708090a0b0b0c0c0d0f11131517191b1d1f202224272a2d3032340000000000000102040505\
        060708090a0b0c0d0e0f10121417181a1c1e20222426292c2f31343600000000010203040506070809090a0b0c0d0e101113\
        1517191a1c1e20222527292d303234383a0000000102030405060708090a0b0b0c0d0e1012141618191b1d1f212325282b2e\
        313436383c3e00000102040506060708090a0b0c0d0d0e10121517191a1c1e20212325282c2f3235383a3c40430000010304\
        05060708090a0b0c0d0e0f10121416191b1d1f21232426282b2e3134383b3d3f44470001020405060708090a0a0b0c0d0f10\
        121416181a1c1f22242627292b2d3034373b3e4143484b01020305060708090a0a0b0c0d0e10121416181a1c1e212427292a\
        2c2e303336393e4245474c50030304060708090a0b0c0c0d0e10121416181a1c1e2124272a2c2e2f313336393c4145484c50\
        5405050608090a0b0b0c0d0e0f11131517191b1c1e2023262a2d2f313335373a3d4044494c4f54570707080a0b0c0c0d0e0f\
        11121416181a1c1e1f212326292c2f323436393b3e4144484c5053585b090a0b0c0d0e0e0f1012131517191b1d1f21222426\
        292c2f3235373a3d3f4245474c5053575b5f0b0c0d0e0f101011121416181b1d1e2022242527292c2f3235383b3e41444649\
        4c5054585b5f630c0c0e0f111213141517191b1e1f21232527292b2d303336393c3f4144474a4d5055595c5f64670c0d0f11\
        13141517181a1c1e20222425272a2c2e3134373a3d3f4245484b4f52555a5e6164686c0c0d10121517181a1b1d1f21232526\
        282a2d2f3235383b3e414346494c4f53575b5f6366686d700d0e111417191b1c1e2022242628292b2d303336393c3f424547\
        4a4c4f53575c6064686b6e727610111315181a1d1f21232527292a2c2e3134373a3d404345484b4e5154585c6064696d7073\
        787b13141517191c1f22242628292b2d303235383a3d404346494c4f5256595d6165696d7276797e82171718191b1e212427\
        292b2c2e303336393c3f4144474a4c4f53575a5e6266696d72787c7f84881a1a1b1b1d2023272a2c2e2f3134373a3d404345\
        484b4d5053575b5f63676b6e72777d81858b8e1d1d1e1f2123272a2d2f313235373a3d4144474a4d4f5255585b6064686c70\
        73787d83878b90941f20212325282a2d2f323436393b3e4144474b4f5255575a5d6064686c7175797e83898d919699222325\
        272a2c2e303234373a3d3f4245484b4f53575a5c5f6165696d71757a7f84898f93979c9f2526292b2e30313335373b3e4144\
        46494c5054585c5f6164676a6e72767b80858a8f95999ca1a527292b2e31333436383b3e4144474a4d5054595d616467696c\
        7073777b80858a8f959a9ea2a7aa2a2b2e303336383a3c3f4245484b4e5255595e6266696c6f7275797d81868b90959ba0a4\
        a7acb02d2e303336383b3e414346494c4f53565a5e62676a6e7174787b7f83878c91969ba0a6a9adb2b530313336393b3e42\
        45474a4c4f53575b5f63676b6f73767a7d8185898d92979ca1a6abafb3b8bb343537393c3f4245484b4e5154585c6064686c\
        6f73777b7e82868a8f93989da1a6acb2b6babfc238393b3d404346494c4f5256595d6165696d7074777b7f83878b9094999e\
        a2a7acb2b8bdc1c6c93b3c3f414446494c4f53565a5e62666a6e7174777b7f83878b9095999ea3a8acb1b8bec3c8cdd03f41\
        4345484b4d5053575b5f63676b6f7376797c7f83878c91959a9fa4a9adb2b7bec4cacfd4d74546484b4e5053565a5e62666a\
        6e7276797d8083868b8f94999ea2a7acb1b6babfc6cdd2d7dde04a4b4d505356595d6165696d7175787c8083878a8e92979c\
        a1a6abb0b4b9bec2c7ced5d9dee5e94e4f5154575a5e62666a6e72767a7d8185898c9094989da2a7acb1b6babfc4c8cdd4da\
        dfe3ebf051525456595d61666a6e7275797d8185888c9094989ca1a6abb0b5babfc3c8cdd2d8dee3e7eff5525355575a5e62\
        676b6f73767a7e8286898d9195999ea3a8adb2b6bbc0c5c9ced3d9e0e4e8f0f6",
            "\
        00000001030507090b0c0e12161a1d21242b3034000001030507090a0c0e1115191c20252a3034390001040507090b0d0f12\
        171a1e22262b32383c4300020507090a0c0f12161a1f24272b31373e434b030507090b0c0e12161a1e242a2e31363d454c53\
        07080b0c0e1114181c1f23292f34393e444c535a0b0d0f1012161b1e2226292f353b41464c545b620c0f1315181c2024272c\
        31373d42484f565e646b0e11171b1e2226292d33393f454a505760686e7513151a1f24282b30353b40464c52596169727981\
        1a1b1d232a2e31373d43484e545b636b727d858d2022252a2f34393e444b52575d646c757e89919825292e31353b41464c54\
        5c61676e76808a949ca42a2e33383c42484e555e666c7279818b95a0a7af3033393e454a50575f676f767d858d97a1abb3bb\
        383b40464c5259616970777f879099a2acb8c1c84043484d535b636b73798088919ba4aeb7c4cfd64a4d5359616870788087\
        8e97a1aab4bec7d4dee85154596169717980888f97a1abb4bec8d1dee7f3",
            "\
        000004070b0f171e26310004070b0f171e26313d04070b0f171e2a313d4c0b0f131b222a35414c5c0f171e262e3945505f6f\
        1b1e2a313d4854637386262e35414c5c67768a9d313945505f6f7d8da1b441485463738091a4b8cf505867768695a8bbcfe5",
        ],
    },
    Vector {
        name: "HTJ2K in grey",
        samples: 1,
        bits: 16,
        is_lossy: false,
        stream: "\
        ff4fff5100294000000000270000002600000000000000000000002700000026000000000000000000010f0101ff50000800\
        020000000aff52000c00020001000204044001ff5c000a2088909090888888ff64001700014f70656e4a5048205665722030\
        2e32362e332eff90000a00000000057c0001ff93c0002fb5406f0079fe41ff17f57ff75bf4f5faf13ab7fd0dae19874eafac\
        09c492e386ecb376ddb9f7841046f1e7ee01f28be586747636b83bbdec80deed4280c3a8e8d6ed642553c57f11748acbcac5\
        c29f70ef734bf53a70d858fc0ab02571d2457786bd4694fbb6de3cdddce6db56fee76b8763718e74f7a0c3a8b38c704a867d\
        d5bfd2fd3097077b9643a401378aa873ec3bb9c95200e471dd02423bb8a13d71ec9d9eab3270618c0e8d8f8231546f6c144d\
        17bb295180a923bdb448b4e1050d2114c08188b8857eb2f16af5facba8190800c64240333a01c00017bc400017b440001764\
        d1303a24cb1f1dcf544c4192fce009d44261336c1e45343c49110dcd524c43680262d9dd1c8b4ff024c73334c9f004cd1214\
        810e9846110d36c9100d4b7244439314533004f8e245c532793c459314d1d02c47543cc111d816c8fd004ef5ebf5979debd7\
        eb2f1debd7eb2f3bd7afd65cc16e431b9129bd01f5fe9fdf79fef777fe07f6f7fcfeef79a07fcff7fd7ee7ff5fbff3bdefef\
        7dbfd7fb81bcbefb3fbfeffeefebbbdff7fc607fcff7ff7b75deff793aefff3dbe6f7e5dbe3eff400e371e19f319ef27a7d2\
        f73ebf5eb887afd7af6b47afd7af6ba420c08806e431bd015e64389a4670721943c67649996072145c4c15d9cad492e86026\
        793f737ff0be97ecf9ee3057bb8a5f2e3df4fac88ad1ba01c0002fd1d80005fac50000beea296a7aefa277aabef7a2336a3a\
        f3e2776a7ab3ea086bde11366efcc6abdfb8f98d7784fd9bb0e2adff35dee82bdef157bc23ecdc0829def1dbcba3afa8f99d\
        b9a33baafcc62a7fc53ac28aabdfc8f21dafbee36a7ae396f0662e61e3c2efccfafeabdeb9f98c1abf1b357e638ebfde1d7f\
        c5cd6fdcf89e57428b57bf7f377ee7eaf76b7a63d5f75cf5ce3b7a8a79fcceabff15defc4e4d77dcfcfe4d58f1ce67dc12da\
        e4fc46dcf11b377ae395d066d56fdcfcc68def78d53d57b7d5676ab5dfedf5385bfd00c9677fbeededadf5da60ef43cbbaa9\
        ee12fe72ef01a2e72eec12fe6f01dc0ef73979ee77553dc32c0de4fa70f2eed4f6865791f4c1de8797c87b84bf9cb028a1a4\
        20becc5b92ee077a1a96347f5426b5b25ad0a9af3805a5a6f8536cefafb8624f6fc59f5e8b3bbd157b7a2bf614d70cb1f5f5\
        56ec565cb1afb85e4f71c5bee27a5d7a29fef4d6ec6dedf256ecabadd9575cf14b6fc5bee28a3dbd15fb7a2b76298e5ae7eb\
        d65bb1a7b7de5fb1c59dde8a5d8a2bf6f456ec29ae185acbe9add9d35bb14bafbd9ede8a3dc515fb7a2b762baed8532aa7ae\
        d7d75bb1a7b75e4f6fc56ebd15fb7a2bf61457fc29ae19c6d5575cb14b71bdbe5e8b3dbd157f7a2b76eba5d8535cf1b7944f\
        5cb1a7b75e5f6dcd6ec515fb7aededf456ece9add8ad576a8db14bb1c59ede8a3dbd157f8a2b76e9add9535cb1a7b76268ce\
        c814c48027940415603c4b3903b6212dc313a975cbde6826757ee3fd02101efa2101efa2101efa2101efa2101ee7ab1723b8\
        51c52ce4f9d0e88b91dc28e24714b3a1d11723b843f0a38a59d0e88b913c8ee14714b3a1d1a7562e4770a38a59c9f3a1d117\
        23b851c48e296743a22e47708724caa2404245b624501222b206b08bb907fc933fb805429ff9dbfd41ff507f833e30e833ef\
        03822f30e8d17c01ee33e833fe089f60f009e87d60f03dec3fc85d60de85dc67de217fb11b842ef9c76e4110c7dec27bfb07\
        827bd83f40e803823f823fb07f01bfc2b8f3b0ff585ba07f05791c20fc00f7664ffb07ee02ee0d9d60be0508fdd04ff27f08\
        7ff62f88a3c2a0257fd82d7037cfb8efe1df0ef00700327f4f7a7ed6dbdcfe775be14717959434d9f7fe7e5c8165ceeda7b1\
        c38f7aca508e245c386185ad2e7087b9a397277d0e88b1b6e92cee19fa601a34a2621caa1fd1be14f51aa1099caa1fe7475e\
        774dcfecbcee5c8cd905ffd9",
        wanted: [
            "037ce23352fdfefffbc8f5a9d9f65160d3f8cb9433256a007ff59cb79a9b7eec",
            "1e76b458a3c9927e7385fa302f592dc6c97058059b6092cf5400be0a6387d650",
            "76f63e3c2a0c801a5d65efdef50215bc3a7975290cce0814dcaca71c96c9a7bf",
        ],
    },
    Vector {
        name: "HTJ2K in colour",
        samples: 3,
        bits: 8,
        is_lossy: false,
        stream: "\
        ff4fff51002f4000000000270000002600000000000000000000002700000026000000000000000000030701010701010701\
        01ff500008000200000003ff52000c00020001010204044001ff5c000a2050585858505050ff64001700014f70656e4a5048\
        2056657220302e32362e332eff90000a0000000004fd0001ff93c017b900ff7dfbf7fbfb7d1e67b3cb66af975a552afd7bfb\
        7b787ccd1e97b7dce814a9e4fbe1f0f0fb3c1d1cbe669dd0a1f1ae5fbbbbe00b855de96ae4d20f8cd7c968ab8e328680552b\
        b1ae4fbbb7e0e6041290227094eb30f8fe0028604453480ee2f142bf5971abd7eb2e21540000c6000031bb01c017a5008806\
        40134488c850308c647710223254352c89060031335465862ad90144c810993d0780cc16112243d49a032004f940ebb2d7eb\
        2f1debd79c5fafd7af6b8fd7eb96f27c353192b6bb01c017a3007efd4bfb23a6aa5afb67fd7fa6ce65d64fd68e9f99bacbed\
        3fd9ee8f98aacbddfd4f763f22ceddddeef61fc6408ef5ebe12fd7ebd704f5fac1f5a7ebe1d7c83c355b2d5ada01c00ba080\
        16ac00b6c003a829d404b183e0e40544fe49d01fb7dae9dace763d6dfb535994f993271401020204e40566b5418693416da7\
        bf653b55648bc10100512830840efd06937371ad4e57fbe43fff1179a8a9f3447db401c00b72005b1002dc0740020b48009b\
        00fbd55a79e3b75443c741767b6df073369dc8c5010200200000e0800c8ce57a951d9db099ba4d0ca159cfa2014066834de9\
        00a7fc0534079abaf6ba5240767fdff63cf7276eb94401c00b5e005b3002d88047d4019100f4395353b86a23ad9c868c9d5b\
        1fd712012008c40000e0002ad1a6b54dcd6fdba1ea6763dad1d45a83017f601a7934fb04201b2a9d8ed5b1ab7fd75badcbce\
        166201c017a2c017a6c01776400000000280000800242008a0e0128300d96812a18ae85e1481c8ea60968aa23df6664b197a\
        a6aad92dd51cdbeaaeca0af0cb6cf72c2234a33f78f63cc56af1d5c990a7030040000040800200000000b601084444495564\
        e5101142126ff4935f4935de49efa96b5dad28898134e46b12c58b548ab14f5a23e0fb7c81b164cfd20584034bbbc490b4d4\
        3956b4b9838849032420500400010000300858febc6404654d499aa9a3a9316b0954b2497c8f0bf2980608f5fc71ca1eb980\
        c0d6614828faa5a4d26b471cfabb4bef02c017a7c017ab4017ac80000400200004384001028010208a008404fe0000d54268\
        eb1711314aafb346a1ac0f969be36e738f348b2a9adaeed1b6e3e8b73ce62555b7b86d3bca858d45d45a5b35e79dbcae8e7b\
        5c8762b51d0308000080040400400084108000280000100000e00c0383c50674c6961d9e672f9eac6d069865429629195fcf\
        f8a5bbfd1c46eb756403a6d272f3a91b79f7434a3ba5e2e37cb4a09b4b3bab89df8b53338dbb28d67204c00af45848f01028\
        204008122010602b24400c80618000acd9db2f04e3734ffb59958fa7399652edd3cede3a6d8cf072e48c45b860d2603b3cdd\
        96ebc1495934961ed8d3151b4e4d597a6f2eeb36d19f1ac25d4fd8afdb3304c017a74017a94017ac002002000001004008e1\
        0000400808000424d000b49a01856a896a01b60d029aaa64289be06d7525269cd43be569c6b3952c0f7dd9968aca89ea92dc\
        e0b621ac5d4ad6b048e4dcc2b79276d30cec03000808840000081000810002000080000040fd00401339676925a8b73348d2\
        2aadb1b251762a9929b1a4c7585891d53b1ea63a655704a613b3dda6defb6874d402f3eb5ba64d31d4da28475508adfb2cef\
        03006712c0402d000515000124c001009c838240081260a26d695ce42c6eeb6d7db50b331dbced8d8bfaecd1629798b8d338\
        baa1cbb55be842b9e695e5ca5936ba5f614a29cc4b1b5f9b9ced52f8e7aa4fe22b452ead987304ffd9",
        wanted: [
            "85b887e5e76fa005b98985a894ec622acc36aeba8c964bef3e84b6587d06b2ab",
            "b97fdfa1344ff33c16004ab67d0e04726284317d64dd679c6b8afbb729580ef1",
            "ac051e1fd2949edcafcb90da0800f002e25c7cade8ae52f93a67cc3dd3520959",
        ],
    },
];
