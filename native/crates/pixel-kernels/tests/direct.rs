//! Conversions that have a kernel of their own give the bytes of their definition, at widths around its blocks.

mod reference;

use pixel_kernels::{
    ChromaLocation, Color, Depth, Format, FrameShape, InstructionSet, Matrix, PixelsWork, Program, Step, Threads,
    Upsampling, Work,
};
use reference::frame::Frame;
use reference::programs::planes::planes;
use reference::programs::spec::{AxisSpec, MapSpec, PixelsSpec, StepSpec, TapsSpec, planes_work};

const COLOR: Color = Color { matrix: Matrix::Bt709, full_range: false, chroma_location: ChromaLocation::Left };
const WIDTHS: [usize; 9] = [2, 30, 62, 64, 66, 126, 128, 130, 514];

fn copied() -> AxisSpec {
    AxisSpec::Copied(0)
}

/// Every position of two samples.
fn halved(target: usize, weights: [i16; 2]) -> AxisSpec {
    let start = (0..target as u32).map(|i| 2 * i).collect();
    AxisSpec::Taps(TapsSpec { start, count: 2, weights: weights.repeat(target) })
}

fn frame(format: Format, (width, height): (usize, usize), seed: u64) -> Frame {
    Frame::with_padding(format, width, height, 5, 7).randomized(seed)
}

fn shape(frame: &Frame) -> FrameShape {
    FrameShape { format: frame.format, width: frame.width as u32, height: frame.height as u32, color: COLOR }
}

fn check(work: Work, source: &Frame, target: &Frame, expected: &Frame) {
    let program = Program::new(shape(source), shape(target), Upsampling::Bilinear, work).expect("a valid program");
    for set in InstructionSet::available() {
        let mut actual = target.clone();
        program.process(&source.image(), &[], &mut actual.image_mut(), set, &Threads::inline()).expect("a valid call");
        let what = format!("{:?} to {:?}, {} wide on {}", source.format, target.format, target.width, set.name());
        assert!(actual.samples() == expected.samples(), "{what}");
        assert!(actual.guards() == target.guards(), "{what}");
    }
}

fn check_planes(from: Format, to: Format, size: (usize, usize), target_size: (usize, usize), maps: &[MapSpec; 3]) {
    let (source, target) = (frame(from, size, 3), frame(to, target_size, 4));
    let work = Work::Planes(Box::new(planes_work(maps, &source, false)));
    check(work, &source, &target, &planes(&source, maps, false, to, target_size));
}

#[test]
fn ten_bits_become_eight() {
    let codes: Vec<u16> = (0..1024).map(|code| ((code + 2) >> 2).min(255)).collect();
    let map = || MapSpec { horizontal: copied(), vertical: copied(), codes: Some(codes.clone()) };
    for width in WIDTHS {
        for height in [1, 6, 7] {
            let size = (width, height);
            check_planes(Format::P010, Format::Nv12, size, size, &[map(), map(), map()]);
            check_planes(Format::P010, Format::Nv12, (width + 3, height + 1), size, &[map(), map(), map()]);
        }
    }
}

#[test]
fn packed_chroma_comes_between_its_rows() {
    for width in WIDTHS.into_iter().chain([1, 33, 129]) {
        let size = (width, 8);
        let luma = MapSpec { horizontal: copied(), vertical: copied(), codes: None };
        let chroma = || MapSpec { horizontal: copied(), vertical: halved(4, [8192, 8192]), codes: None };
        check_planes(Format::Yuy2, Format::Nv12, size, size, &[luma, chroma(), chroma()]);
    }
}

/// Targets large enough to be written past the caches, with rows on cache lines and beside them.
#[test]
fn large_packed_frames_come_apart_too() {
    for (width, height) in [(2566, 2190), (2560, 2191), (2685, 2102)] {
        let target = (width, height);
        let source = frame(Format::Yuy2, (width, height + height % 2), 3);
        let luma = MapSpec { horizontal: copied(), vertical: copied(), codes: None };
        let rows = height.div_ceil(2);
        let chroma = || MapSpec { horizontal: copied(), vertical: halved(rows, [8192, 8192]), codes: None };
        let maps = [luma, chroma(), chroma()];
        let expected = planes(&source, &maps, false, Format::Nv12, target);
        // Memory starts at a multiple of 8: with one of these gaps a plane's rows lie on cache lines.
        let beside = (0..64).step_by(8).map(|gap| Frame::with_padding(Format::Nv12, width, height, gap, 0));
        for out in beside.chain([frame(Format::Nv12, target, 4)]) {
            check(Work::Planes(Box::new(planes_work(&maps, &source, false))), &source, &out, &expected);
        }
    }
}

#[test]
fn planes_are_halved() {
    for format in [Format::Nv12, Format::I420] {
        for width in WIDTHS {
            for across in [[8192, 8192], [12288, 4096]] {
                for down in [[8192, 8192], [12288, 4096]] {
                    let map = |size: (usize, usize), across, down| MapSpec {
                        horizontal: halved(size.0, across),
                        vertical: halved(size.1, down),
                        codes: None,
                    };
                    let target = (width, 6);
                    let luma = map(target, [8192, 8192], [8192, 8192]);
                    let chroma = || map((width / 2, 3), across, down);
                    check_planes(format, format, (2 * width, 12), target, &[luma, chroma(), chroma()]);
                }
            }
        }
    }
}

#[test]
fn pixels_are_halved() {
    for format in [Format::Rgba, Format::Bgra] {
        for width in WIDTHS.into_iter().chain([1, 15, 17]) {
            let (source, target) = (frame(format, (2 * width, 10), 3), frame(format, (width, 5), 4));
            let mut expected = Frame::new(format, width, 5);
            for y in 0..5 {
                for x in 0..4 * width {
                    let at = |dx: usize, dy: usize| u16::from(source.sample(0, x / 4 * 8 + x % 4 + 4 * dx, 2 * y + dy));
                    expected.set(0, x, y, ((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) >> 2) as u8);
                }
            }
            let eight = Depth::Eight;
            let work = |steps| PixelsWork {
                load_depth: eight,
                load: None,
                loads_halfs: false,
                steps,
                store_depth: eight,
                store: None,
                dithered: false,
            };
            let scale = Step::Scale { width: width as u32, height: 5 };
            check(Work::Pixels(work(vec![scale])), &source, &target, &expected);
            let AxisSpec::Taps(horizontal) = halved(width, [8192, 8192]) else { unreachable!("it is one") };
            let AxisSpec::Taps(vertical) = halved(5, [8192, 8192]) else { unreachable!("it is one") };
            let resample =
                StepSpec::Resample { width, height: 5, horizontal: Some(horizontal), vertical: Some(vertical) };
            let spec = PixelsSpec {
                load_depth_one: 255,
                load: None,
                loads_halfs: false,
                steps: vec![resample],
                store_depth_one: 255,
                store: None,
                dithered: false,
            };
            check(Work::Pixels(spec.make((2 * width, 10))), &source, &target, &expected);
        }
    }
}
