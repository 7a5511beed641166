//! Programs that don't fit together are refused when they are made, frames that don't fit them before anything is
//! written; whatever is accepted works on any bytes.

mod reference;

use pixel_kernels::{
    AxisMap, BlendMode, ChromaLocation, Codes, Color, Cube, Curves, Depth, FixedForm, Format, FrameShape,
    InstructionSet, KernelError, Matrix, MixWeights, PictureSize, PixelsWork, Place, PlaneMap, PlanesWork, Program,
    Step, Taps, Threads, Upsampling, Work,
};
use proptest::prelude::*;
use reference::frame::Frame;

const COLOR: Color = Color { matrix: Matrix::Bt709, full_range: false, chroma_location: ChromaLocation::Left };

fn shape(format: Format, width: u32, height: u32) -> FrameShape {
    FrameShape { format, width, height, color: COLOR }
}

fn pixels(steps: Vec<Step>) -> PixelsWork {
    let depth = Depth::Eight;
    PixelsWork {
        load_depth: depth,
        load: None,
        loads_halfs: false,
        steps,
        store_depth: depth,
        store: None,
        dithered: false,
    }
}

fn program(from: Format, to: (Format, u32, u32), work: PixelsWork) -> Result<Program, KernelError> {
    let target = shape(to.0, to.1, to.2);
    Program::new(shape(from, 20, 10), target, Upsampling::Bilinear, Work::Pixels(work))
}

/// The code of a refused chain from RGBA 20x10 to an RGBA of its own size.
fn refused(size: (u32, u32), steps: Vec<Step>) -> &'static str {
    let error = program(Format::Rgba, (Format::Rgba, size.0, size.1), pixels(steps)).expect_err("a refusal");
    assert!(error.to_string().starts_with("Expected"), "{error}");
    error.code()
}

fn identity(length: u32, source: u32) -> Taps {
    Taps::new((0..length).collect(), 1, vec![16384; length as usize], source).expect("taps")
}

#[test]
fn tables_are_checked_when_they_are_made() {
    let taps = |start: Vec<u32>, count, weights: Vec<i16>, source| Taps::new(start, count, weights, source).is_err();
    assert!(taps(vec![], 1, vec![], 4));
    assert!(taps(vec![0], 0, vec![], 4));
    assert!(taps(vec![0], 5, vec![16384, 0, 0, 0, 0], 4));
    assert!(taps(vec![0, 1], 1, vec![16384], 4));
    assert!(taps(vec![0, 4], 1, vec![16384, 16384], 4));
    assert!(taps(vec![u32::MAX], 1, vec![16384], 4));
    assert!(taps(vec![0], 1, vec![16383], 4));
    assert!(taps(vec![0], 2, vec![32767, -16383], 4));
    assert!(taps(vec![0; 3], usize::MAX, vec![16384; 3], u32::MAX));
    assert!(!taps(vec![2], 2, vec![21192, -4808], 4));

    assert!(FixedForm::new(6, [0; 12]).is_err() && FixedForm::new(31, [0; 12]).is_err());
    assert!(Codes::new(vec![0; 255], 256, 255).is_err() && Codes::new(vec![256; 256], 256, 255).is_err());
    assert!(Cube::new(1, &[0; 3]).is_err() && Cube::new(130, &[]).is_err() && Cube::new(2, &[0; 23]).is_err());
    assert!(Cube::new(usize::MAX, &[0; 24]).is_err());
    let table = |length: usize, value: u16| vec![value; length];
    let curves = |from, to, length, value| {
        Curves::new(from, to, [table(length, 0), table(length, 0), table(length, value)]).is_err()
    };
    assert!(curves(Depth::Eight, Depth::Sixteen, 255, 0) && curves(Depth::Sixteen, Depth::Eight, 65536, 256));
    assert!(!curves(Depth::Eight, Depth::Eight, 256, 255));
}

#[test]
fn steps_that_do_not_fit_are_refused() {
    let place = Place { width: 4, height: 4, x: 0, y: 0, transpose: false, flip_x: false, flip_y: false, fill: [0; 4] };
    assert_eq!(refused((4, 4), vec![Step::Place(Place { width: 0, ..place })]), "E_IMAGE_SIZE");
    assert_eq!(refused((4, 4), vec![Step::Place(Place { x: 131_071, ..place })]), "E_OPERATION");
    assert_eq!(refused((4, 4), vec![Step::Place(Place { y: i32::MIN, ..place })]), "E_OPERATION");
    assert_eq!(refused((4, 4), vec![Step::Place(Place { fill: [256, 0, 0, 0], ..place })]), "E_OPERATION");
    assert_eq!(refused((5, 4), vec![Step::Place(place)]), "E_IMAGE_MISMATCH");
    let resample = |width, height, horizontal, vertical| Step::Resample { width, height, horizontal, vertical };
    assert_eq!(refused((5, 10), vec![resample(5, 10, None, None)]), "E_OPERATION");
    assert_eq!(refused((5, 10), vec![resample(5, 10, Some(identity(4, 20)), None)]), "E_OPERATION");
    assert_eq!(refused((5, 10), vec![resample(5, 10, Some(identity(5, 21)), None)]), "E_OPERATION");
    assert_eq!(refused((20, 5), vec![resample(20, 5, None, Some(identity(5, 9)))]), "E_OPERATION");
    let picture = |width, height| PictureSize { width, height };
    let mix = |size, weights| Step::Mix { picture: size, weights };
    assert_eq!(refused((20, 10), vec![mix(picture(20, 9), MixWeights::Rows(vec![0; 10]))]), "E_IMAGE_MISMATCH");
    assert_eq!(refused((20, 10), vec![mix(picture(20, 10), MixWeights::Rows(vec![0; 9]))]), "E_OPERATION");
    assert_eq!(refused((20, 10), vec![mix(picture(20, 10), MixWeights::Columns(vec![257; 20]))]), "E_OPERATION");
    let overlay = |size| Step::Overlay { picture: size, x: 0, y: 0, opacity: 1, mode: BlendMode::Normal };
    assert_eq!(refused((20, 10), vec![overlay(picture(0, 1))]), "E_IMAGE_SIZE");
    let curves = |from: Depth, to| Curves::new(from, to, [(); 3].map(|()| vec![0; from.values()])).expect("curves");
    assert_eq!(refused((20, 10), vec![Step::Curves(curves(Depth::Sixteen, Depth::Eight))]), "E_OPERATION");
    assert_eq!(refused((20, 10), vec![Step::Curves(curves(Depth::Eight, Depth::Sixteen))]), "E_OPERATION");
}

#[test]
fn depths_and_forms_that_do_not_fit_are_refused() {
    let code = |from, to, work| program(from, (to, 20, 10), work).expect_err("a refusal").code();
    let form = FixedForm::new(20, [0; 12]).expect("a form");
    let eight = || pixels(vec![]);
    let sixteen = || PixelsWork { load_depth: Depth::Sixteen, store_depth: Depth::Sixteen, ..eight() };
    assert_eq!(code(Format::P010, Format::Rgba, eight()), "E_OPERATION");
    assert_eq!(code(Format::Rgba, Format::P010, eight()), "E_OPERATION");
    assert_eq!(code(Format::Nv12, Format::Rgba, sixteen()), "E_OPERATION");
    assert_eq!(code(Format::Rgba16F, Format::Rgba, eight()), "E_OPERATION");
    assert_eq!(code(Format::Rgba, Format::Rgba16F, eight()), "E_OPERATION");
    assert_eq!(code(Format::Rgba, Format::Rgba, PixelsWork { load: Some(form), ..eight() }), "E_OPERATION");
    assert_eq!(code(Format::Rgba, Format::Bgra, PixelsWork { dithered: true, ..eight() }), "E_OPERATION");
    let fine = form.with_fractions([1; 12]);
    assert_eq!(code(Format::P010, Format::Rgba, PixelsWork { load: Some(fine), ..eight() }), "E_OPERATION");
    assert_eq!(code(Format::Rgba, Format::P010, PixelsWork { store: Some(fine), ..sixteen() }), "E_OPERATION");
    let scale = Step::Scale { width: 20, height: 10 };
    assert_eq!(code(Format::Rgba, Format::Rgba, PixelsWork { steps: vec![scale], ..sixteen() }), "E_OPERATION");
}

#[test]
fn half_floats_at_once_are_refused_where_something_else_is_done() {
    let code = |from, to, work| program(from, (to, 20, 10), work).map(|_| ()).map_err(|error| error.code());
    let form = |shift| FixedForm::new(shift, [0; 12]).ok().map(|form| form.with_fractions([0; 12]));
    let halfs = |shift| PixelsWork {
        load_depth: Depth::Sixteen,
        load: form(shift),
        loads_halfs: true,
        store_depth: Depth::Sixteen,
        ..pixels(vec![])
    };
    let (nv12, float) = (Format::Nv12, Format::Rgba16F);
    assert_eq!(code(nv12, float, halfs(28)), Ok(()));
    let refused = Err("E_OPERATION");
    assert_eq!(code(nv12, float, halfs(27)), refused);
    assert_eq!(code(nv12, Format::Rgba, halfs(28)), refused);
    assert_eq!(code(float, float, PixelsWork { load: None, ..halfs(28) }), refused);
    let steps = vec![Step::ColorMatrix([0; 12])];
    assert_eq!(code(nv12, float, PixelsWork { steps, ..halfs(28) }), refused);
}

#[test]
fn maps_that_do_not_fit_are_refused() {
    let copied = |start| AxisMap::Copied { start };
    let map = || PlaneMap { horizontal: copied(0), vertical: copied(0), codes: None };
    let code = |from, to: (Format, u32, u32), components: [PlaneMap; 3], dithered| {
        let work = Work::Planes(Box::new(PlanesWork { components, dithered }));
        let target = shape(to.0, to.1, to.2);
        Program::new(shape(from, 20, 10), target, Upsampling::Nearest, work).expect_err("a refusal").code()
    };
    let nv12 = (Format::Nv12, 20, 10);
    assert_eq!(code(Format::Rgba, nv12, [map(), map(), map()], false), "E_OPERATION");
    assert_eq!(code(Format::Nv12, (Format::Nv12, 21, 10), [map(), map(), map()], false), "E_OPERATION");
    assert_eq!(code(Format::Nv12, (Format::P010, 20, 10), [map(), map(), map()], false), "E_OPERATION");
    assert_eq!(code(Format::Nv12, nv12, [map(), map(), map()], true), "E_OPERATION");
    let other = PlaneMap { horizontal: copied(1), ..map() };
    assert_eq!(code(Format::Nv12, (Format::Nv12, 18, 10), [map(), map(), other.clone()], false), "E_OPERATION");
    let beyond = PlaneMap { horizontal: copied(usize::MAX), ..map() };
    assert_eq!(code(Format::Nv12, nv12, [beyond, map(), map()], false), "E_OPERATION");
    let codes = PlaneMap { codes: Some(Codes::new(vec![0; 1024], 1024, 255).expect("codes")), ..map() };
    assert_eq!(code(Format::Nv12, nv12, [codes.clone(), map(), map()], false), "E_OPERATION");
    let wide = PlaneMap { codes: Some(Codes::new(vec![256; 256], 256, 1023).expect("codes")), ..map() };
    assert_eq!(code(Format::Nv12, nv12, [wide, map(), map()], false), "E_OPERATION");
}

#[test]
fn frames_and_pictures_of_another_shape_are_refused() {
    let picture = PictureSize { width: 4, height: 3 };
    let overlay = Step::Overlay { picture, x: 0, y: 0, opacity: 255, mode: BlendMode::Screen };
    let program = program(Format::Rgba, (Format::Nv12, 20, 10), pixels(vec![overlay])).expect("a program");
    assert_eq!(program.pictures(), [picture]);
    let (source, picture) = (Frame::new(Format::Rgba, 20, 10), Frame::new(Format::Rgba, 4, 3));
    let target = Frame::new(Format::Nv12, 20, 10).randomized(1);
    let code = |source: &Frame, pictures: &[&Frame], target: &Frame| {
        let mut actual = target.clone();
        let pictures: Vec<_> = pictures.iter().map(|picture| picture.image()).collect();
        let set = InstructionSet::Scalar;
        let result = program.process(&source.image(), &pictures, &mut actual.image_mut(), set, &Threads::inline());
        assert_eq!(actual.data == target.data, result.is_err());
        result.err().map(|error| error.code())
    };
    assert_eq!(code(&source, &[&picture], &target), None);
    assert_eq!(code(&source, &[], &target), Some("E_IMAGE_MISMATCH"));
    assert_eq!(code(&source, &[&picture, &picture], &target), Some("E_IMAGE_MISMATCH"));
    assert_eq!(code(&source, &[&Frame::new(Format::Rgba, 3, 4)], &target), Some("E_IMAGE_MISMATCH"));
    assert_eq!(code(&source, &[&Frame::new(Format::Bgra, 4, 3)], &target), Some("E_OPERATION"));
    assert_eq!(code(&Frame::new(Format::Bgra, 20, 10), &[&picture], &target), Some("E_IMAGE_MISMATCH"));
    assert_eq!(code(&Frame::new(Format::Rgba, 20, 12), &[&picture], &target), Some("E_IMAGE_MISMATCH"));
    assert_eq!(code(&source, &[&picture], &Frame::new(Format::I420, 20, 10)), Some("E_IMAGE_MISMATCH"));
    let mut short = picture.clone();
    short.data.truncate(47);
    assert_eq!(code(&source, &[&short], &target), Some("E_PLANE_BOUNDS"));
}

/// Any numbers at all: small ones, and the ends of their range.
fn any_number() -> impl Strategy<Value = i64> {
    prop_oneof![-3i64..=40, Just(i64::from(i32::MIN)), Just(i64::from(i32::MAX)), any::<i32>().prop_map(i64::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(720), ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_accepted_works(
        numbers in prop::array::uniform16(any_number()),
        weights in prop::collection::vec(prop_oneof![Just(16384i16), Just(0), any::<i16>()], 0..40),
        kind in 0..6,
        flags in prop::array::uniform4(any::<bool>()),
    ) {
        let [width, height, ..] = numbers.map(|number| number.clamp(0, i64::from(u32::MAX)) as u32);
        let number = |index: usize| numbers[index] as i32;
        let start: Vec<u32> = numbers[2..9].iter().map(|&number| number as u32).collect();
        let taps = |source| Taps::new(start.clone(), numbers[9].unsigned_abs() as usize, weights.clone(), source).ok();
        let step = match kind {
            0 => Step::Resample { width, height, horizontal: taps(20), vertical: taps(10) },
            1 => Step::Place(Place {
                width,
                height,
                x: number(2),
                y: number(3),
                transpose: flags[0],
                flip_x: flags[1],
                flip_y: flags[2],
                fill: [number(4) as u16; 4],
            }),
            2 => Step::ColorMatrix(std::array::from_fn(|index| number(index + 2))),
            3 => Step::Overlay {
                picture: PictureSize { width: 4, height: 3 },
                x: number(2),
                y: number(3),
                opacity: number(4) as u8,
                mode: BlendMode::Exclusion,
            },
            4 => Step::Scale { width, height },
            _ => Step::Mix { picture: PictureSize { width, height }, weights: MixWeights::Rows(weights.iter().map(|&w| w as u16).collect()) },
        };
        // What it takes to find a target of the right size.
        let (width, height) = match kind { 2 | 3 | 5 => (20, 10), _ => (width, height) };
        prop_assume!(u64::from(width) * u64::from(height) <= 1 << 20);
        let form = FixedForm::new(number(10) as u32, std::array::from_fn(|index| number(index + 2)));
        let depth = if flags[3] { Depth::Eight } else { Depth::Sixteen };
        let work = PixelsWork { load_depth: depth, load: None, loads_halfs: false, steps: vec![step], store_depth: depth, store: form.ok(), dithered: flags[0] };
        let Ok(program) = program(Format::Rgba, (Format::P010, width, height), work) else { return Ok(()) };
        let picture = if kind == 5 { Frame::new(Format::Rgba, 20, 10) } else { Frame::new(Format::Rgba, 4, 3) };
        let pictures: Vec<_> = program.pictures().iter().map(|_| picture.image()).collect();
        let source = Frame::new(Format::Rgba, 20, 10).randomized(numbers[0] as u64);
        let mut target = Frame::new(Format::P010, width as usize, height as usize);
        for set in InstructionSet::available() {
            let result = program.process(&source.image(), &pictures, &mut target.image_mut(), set, &Threads::inline());
            prop_assert_eq!(result, Ok(()));
        }
    }
}
