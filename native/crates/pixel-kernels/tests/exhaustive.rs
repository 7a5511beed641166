//! All 2^24 colours, both ways, for every matrix, range and instruction set, against fractions of 128-bit integers.

mod reference;

use pixel_kernels::{
    ChromaLocation, Color, Format, InstructionSet, Matrix, ProcessOptions, Threads, Upsampling, process,
};
use reference::frame::Frame;
use reference::rational::{forward_chroma, forward_luma, inverse};
use std::sync::Mutex;

/// Sides of a frame that has every colour once.
const SIDE: usize = 4096;
const COLORS: usize = 1 << 24;

/// Runs `test` for every matrix and range, on two threads.
fn for_each_color(test: impl Fn(Color) + Sync) {
    let all = [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020].into_iter().flat_map(|matrix| {
        [false, true].map(|full_range| Color { matrix, full_range, chroma_location: ChromaLocation::Center })
    });
    let queue = Mutex::new(all.collect::<Vec<_>>());
    let next = || queue.lock().expect("no test has failed while it took one").pop();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(color) = next() {
                    test(color);
                }
            });
        }
    });
}

fn convert(source: &Frame, format: Format, color: Color, instruction_set: InstructionSet) -> Frame {
    let mut target = Frame::new(format, source.width, source.height);
    let options = ProcessOptions { upsampling: Upsampling::Nearest, instruction_set };
    process(&source.image(), color, &[], &mut target.image_mut(), color, &options, &Threads::inline())
        .expect("a valid call");
    target
}

fn rgb_of(index: usize) -> [u8; 3] {
    [index as u8, (index >> 8) as u8, (index >> 16) as u8]
}

/// Every colour once, in the order of their numbers, with alpha that doesn't matter.
fn colours() -> Frame {
    let mut frame = Frame::new(Format::Rgba, SIDE, SIDE);
    for (index, pixel) in frame.data.chunks_exact_mut(4).enumerate() {
        let [r, g, b] = rgb_of(index);
        pixel.copy_from_slice(&[r, g, b, (index * 7) as u8]);
    }
    frame
}

/// A quarter of the colours, each on 2×2 pixels, so that a chroma sample is of that colour alone.
fn blocks_of_colours(quarter: usize) -> Frame {
    let mut frame = Frame::new(Format::Rgba, SIDE, SIDE);
    for (at, pixel) in frame.data.chunks_exact_mut(4).enumerate() {
        let (x, y) = (at % SIDE, at / SIDE);
        let [r, g, b] = rgb_of(quarter * COLORS / 4 + y / 2 * (SIDE / 2) + x / 2);
        pixel.copy_from_slice(&[r, g, b, 0]);
    }
    frame
}

#[test]
fn ycbcr_of_every_colour_is_exact() {
    let colours = colours();
    let any = Color { matrix: Matrix::Bt601, full_range: true, chroma_location: ChromaLocation::Center };
    let swapped = convert(&colours, Format::Bgra, any, InstructionSet::Scalar);
    let blocks = [0, 1, 2, 3].map(blocks_of_colours);
    for_each_color(|color| {
        let luma: Vec<u8> = (0..COLORS).map(|index| forward_luma(color, rgb_of(index))).collect();
        let chroma: Vec<u8> =
            (0..COLORS).flat_map(|index| forward_chroma(color, rgb_of(index).map(i128::from), 1)).collect();
        for set in InstructionSet::available() {
            let what = |format: Format| format!("{color:?} {format:?} on {}", set.name());
            for source in [&colours, &swapped] {
                let nv12 = convert(source, Format::Nv12, color, set);
                assert!(nv12.data[..COLORS] == luma, "luma of {}", what(source.format));
            }
            let i444 = convert(&colours, Format::I444, color, set);
            let (own_luma, own_chroma) = i444.data.split_at(COLORS);
            assert!(own_luma == luma, "luma of {}", what(Format::I444));
            let pairs = own_chroma[..COLORS].iter().zip(&own_chroma[COLORS..]);
            assert!(pairs.eq(chroma.as_chunks::<2>().0.iter().map(|[cb, cr]| (cb, cr))), "{}", what(Format::I444));
            for (quarter, blocks) in blocks.iter().enumerate() {
                let nv12 = convert(blocks, Format::Nv12, color, set);
                let expected = &chroma[quarter * COLORS / 2..][..COLORS / 2];
                assert!(nv12.data[COLORS..] == *expected, "chroma of {}", what(Format::Nv12));
            }
        }
    });
}

#[test]
fn rgb_of_every_code_is_exact() {
    // Every chroma sample stands over four luma samples, so 64 of them see all 256.
    let mut codes = Frame::new(Format::Nv12, SIDE, SIDE);
    let mut full = Frame::new(Format::I444, SIDE, SIDE);
    for cy in 0..SIDE / 2 {
        for cx in 0..SIDE / 2 {
            let index = cy * SIDE / 2 + cx;
            let (cb, cr) = ((index >> 6) as u8, (index >> 14) as u8);
            codes.set_chroma(cx, cy, cb, cr);
            for corner in 0..4 {
                let (x, y) = (2 * cx + corner % 2, 2 * cy + corner / 2);
                let luma = ((index & 63) * 4 + corner) as u8;
                codes.set(0, x, y, luma);
                for (plane, value) in [luma, cb, cr].into_iter().enumerate() {
                    full.set(plane, x, y, value);
                }
            }
        }
    }
    for_each_color(|color| {
        let mut expected = Vec::with_capacity(4 * COLORS);
        for y in 0..SIDE {
            for x in 0..SIDE {
                let chroma = |component| 16 * i128::from(codes.chroma(component, (x / 2) as i64, (y / 2) as i64));
                let [r, g, b] = inverse(color, codes.sample(0, x, y), chroma(0), chroma(1));
                expected.extend([r, g, b, 255]);
            }
        }
        for set in InstructionSet::available() {
            for source in [&codes, &full] {
                let actual = convert(source, Format::Rgba, color, set);
                assert!(actual.data == expected, "{color:?} {:?} on {}", source.format, set.name());
            }
        }
    });
}
