//! The colour bars that lie beside the project, where they do.

mod reference;

use pixel_kernels::{
    ChromaLocation, Color, Format, InstructionSet, Matrix, ProcessOptions, Threads, Upsampling, process,
};
use reference::frame::Frame;
use reference::left_out;
use serde_json::Value;
use std::path::Path;

const COLOURS: [(&str, [u8; 3]); 8] = [
    ("white", [255, 255, 255]),
    ("yellow", [255, 255, 0]),
    ("cyan", [0, 255, 255]),
    ("green", [0, 255, 0]),
    ("magenta", [255, 0, 255]),
    ("red", [255, 0, 0]),
    ("blue", [0, 0, 255]),
    ("black", [0, 0, 0]),
];

#[test]
fn full_bars_have_their_published_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/vectors/color-bars.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        let file = "native/crates/pixel-kernels/tests/vectors.rs";
        left_out::record(file, "shared/vectors/color-bars.json", "there is no such file beside the repository");
        return;
    };
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let mut checked = 0;
    for bars in document["bars"].as_array().expect("bars") {
        if bars["bits"] != 8 || bars["level"] != "1" {
            continue;
        }
        let matrix = match bars["matrix"].as_str() {
            Some("smpte170m") => Matrix::Bt601,
            Some("bt709") => Matrix::Bt709,
            Some("bt2020-ncl") => Matrix::Bt2020,
            other => panic!("an unknown matrix {other:?}"),
        };
        let full_range = bars["fullRange"].as_bool().expect("fullRange");
        for (name, rgb) in COLOURS {
            let expected: Vec<u8> = bars["colors"][name]
                .as_array()
                .expect(name)
                .iter()
                .map(|code| code.as_u64().expect(name) as u8)
                .collect();
            for chroma_location in [ChromaLocation::Left, ChromaLocation::Center, ChromaLocation::TopLeft] {
                check(Color { matrix, full_range, chroma_location }, rgb, &expected);
                checked += 1;
            }
        }
    }
    assert!(checked >= 2 * 8 * 3, "only {checked} bars were found");
}

fn check(color: Color, rgb: [u8; 3], expected: &[u8]) {
    let mut source = Frame::new(Format::Rgba, 66, 4);
    for pixel in source.data.chunks_exact_mut(4) {
        pixel.copy_from_slice(&[rgb[0], rgb[1], rgb[2], 255]);
    }
    for instruction_set in InstructionSet::available() {
        let mut target = Frame::new(Format::I420, 66, 4);
        let options = ProcessOptions { upsampling: Upsampling::Nearest, instruction_set };
        process(&source.image(), color, &[], &mut target.image_mut(), color, &options, &Threads::inline())
            .expect("a valid call");
        for y in 0..4 {
            for x in 0..66 {
                let (cx, cy) = ((x / 2) as i64, (y / 2) as i64);
                let codes = [target.sample(0, x, y), target.chroma(0, cx, cy), target.chroma(1, cx, cy)];
                assert_eq!(codes, expected, "{rgb:?} as {color:?} on {}", instruction_set.name());
            }
        }
    }
}
