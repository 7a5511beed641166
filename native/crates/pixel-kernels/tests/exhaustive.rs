//! All 2^24 colours, both ways, for every matrix, range and instruction set, against fractions of 128-bit integers.

mod reference;

use pixel_kernels::{
    ChromaLocation, Color, Format, InstructionSet, Matrix, ProcessOptions, Threads, Upsampling, process,
};
use reference::frame::Frame;
use reference::rational::{forward_luma, inverse};

fn colors() -> impl Iterator<Item = Color> {
    let all = [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020];
    all.into_iter().flat_map(|matrix| {
        let color = move |full_range| Color { matrix, full_range, chroma_location: ChromaLocation::Center };
        [color(false), color(true)]
    })
}

fn convert(source: &Frame, format: Format, color: Color, instruction_set: InstructionSet, threads: &Threads) -> Frame {
    let mut target = Frame::new(format, source.width, source.height);
    let options = ProcessOptions { upsampling: Upsampling::Nearest, instruction_set };
    process(&source.image(), color, &[], &mut target.image_mut(), color, &options, threads).expect("a valid call");
    target
}

#[test]
fn luma_of_every_colour_is_exact() {
    let threads = Threads::new(2).expect("threads");
    let mut colours = Frame::new(Format::Rgba, 4096, 4096);
    for (index, pixel) in colours.data.chunks_exact_mut(4).enumerate() {
        pixel.copy_from_slice(&[index as u8, (index >> 8) as u8, (index >> 16) as u8, (index * 7) as u8]);
    }
    let swapped = convert(&colours, Format::Bgra, colors().next().expect("a colour"), InstructionSet::Scalar, &threads);
    for color in colors() {
        let expected: Vec<u8> =
            colours.data.chunks_exact(4).map(|pixel| forward_luma(color, [pixel[0], pixel[1], pixel[2]])).collect();
        for set in InstructionSet::available() {
            for source in [&colours, &swapped] {
                let actual = convert(source, Format::Nv12, color, set, &threads);
                assert!(actual.data[..1 << 24] == expected, "{color:?} {:?} on {}", source.format, set.name());
            }
        }
    }
}

#[test]
fn rgb_of_every_code_is_exact() {
    let threads = Threads::new(2).expect("threads");
    // Every chroma sample stands over four luma samples, so 64 of them see all 256.
    let mut codes = Frame::new(Format::Nv12, 4096, 4096);
    for cy in 0..2048 {
        for cx in 0..2048 {
            let index = cy * 2048 + cx;
            codes.set_chroma(cx, cy, (index >> 6) as u8, (index >> 14) as u8);
            for corner in 0..4 {
                codes.set(0, 2 * cx + corner % 2, 2 * cy + corner / 2, ((index & 63) * 4 + corner) as u8);
            }
        }
    }
    for color in colors() {
        let mut expected = Vec::with_capacity(1 << 26);
        for y in 0..4096 {
            for x in 0..4096 {
                let chroma = |component| 16 * i128::from(codes.chroma(component, (x / 2) as i64, (y / 2) as i64));
                let [r, g, b] = inverse(color, codes.sample(0, x, y), chroma(0), chroma(1));
                expected.extend([r, g, b, 255]);
            }
        }
        for set in InstructionSet::available() {
            let actual = convert(&codes, Format::Rgba, color, set, &threads);
            assert!(actual.data == expected, "{color:?} on {}", set.name());
        }
    }
}
