//! Interpolated chroma on large frames of noise and of extremes, where the vector kernels are in their stride: every
//! instruction set gives what portable code gives, which other tests hold to the definition.

mod reference;

use pixel_kernels::{
    ChromaLocation, Color, Format, InstructionSet, Matrix, ProcessOptions, Threads, Upsampling, process,
};
use reference::frame::{Frame, random_byte};

/// Not a multiple of any block, and large enough to be written past the caches.
const WIDTH: usize = 3331;
const HEIGHT: usize = 1261;

fn noise(format: Format) -> Frame {
    Frame::new(format, WIDTH, HEIGHT).randomized(17)
}

/// Codes at the ends of their range and just inside, in runs of a few samples.
fn extremes(format: Format) -> Frame {
    let mut frame = Frame::new(format, WIDTH, HEIGHT);
    let mut state = 23;
    let mut value = 0;
    for byte in &mut frame.data {
        if random_byte(&mut state) < 80 {
            value = [0, 1, 15, 16, 127, 128, 129, 235, 240, 254, 255][usize::from(random_byte(&mut state)) % 11];
        }
        *byte = value;
    }
    frame
}

fn convert(source: &Frame, to: Format, color: Color, options: ProcessOptions) -> Frame {
    let mut target = Frame::new(to, WIDTH, HEIGHT);
    process(&source.image(), color, &[], &mut target.image_mut(), color, &options, &Threads::inline())
        .expect("a valid call");
    target
}

#[test]
fn every_instruction_set_sites_chroma_alike() {
    let pairs = [(Format::Nv12, Format::Rgba), (Format::I420, Format::Bgra), (Format::Rgba, Format::Nv12)];
    std::thread::scope(|scope| {
        for (from, to) in pairs {
            scope.spawn(move || {
                for source in [noise(from), extremes(from)] {
                    // Of red and blue of the second, fixed point is not always sure.
                    for (matrix, full_range) in [(Matrix::Bt709, false), (Matrix::Bt2020, false), (Matrix::Bt601, true)]
                    {
                        check(&source, to, matrix, full_range);
                    }
                }
            });
        }
    });
}

fn check(source: &Frame, to: Format, matrix: Matrix, full_range: bool) {
    for chroma_location in [ChromaLocation::Left, ChromaLocation::Center, ChromaLocation::TopLeft] {
        for upsampling in [Upsampling::Bilinear, Upsampling::Nearest] {
            let color = Color { matrix, full_range, chroma_location };
            let options = |instruction_set| ProcessOptions { upsampling, instruction_set };
            let expected = convert(source, to, color, options(InstructionSet::Scalar));
            for set in InstructionSet::available() {
                let actual = convert(source, to, color, options(set));
                assert!(actual.data == expected.data, "{color:?} {upsampling:?} {to:?} on {}", set.name());
            }
        }
    }
}
