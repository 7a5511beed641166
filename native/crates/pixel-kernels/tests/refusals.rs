//! Calls that can't be done are refused before anything is written.

mod reference;

use pixel_kernels::{
    ChromaLocation, Color, Format, InstructionSet, Matrix, Operation, ProcessOptions, Threads, process,
};
use reference::frame::Frame;
use reference::left_out;

const COLOR: Color = Color { matrix: Matrix::Bt709, full_range: false, chroma_location: ChromaLocation::Left };

fn refusal(source: &Frame, operations: &[Operation], target: &mut Frame, options: ProcessOptions) -> &'static str {
    let before = target.data.clone();
    let result =
        process(&source.image(), COLOR, operations, &mut target.image_mut(), COLOR, &options, &Threads::inline());
    assert_eq!(target.data, before);
    let error = result.expect_err("a refusal");
    assert!(error.to_string().contains("xpected"), "{error}");
    error.code()
}

#[test]
fn wrong_layouts_sizes_and_parameters_are_refused() {
    let source = Frame::new(Format::Rgba, 20, 10).randomized(1);
    let target = Frame::new(Format::Nv12, 20, 10).randomized(2);
    let options = ProcessOptions::default();
    let refuse = |operations: &[Operation]| refusal(&source, operations, &mut target.clone(), options);

    assert_eq!(refuse(&[Operation::Scale { width: 20, height: 12 }]), "E_IMAGE_MISMATCH");
    assert_eq!(refuse(&[Operation::Scale { width: 0, height: 10 }]), "E_IMAGE_SIZE");
    assert_eq!(refuse(&[Operation::Scale { width: 20, height: 65536 }]), "E_IMAGE_SIZE");
    let mut matrix = [0; 12];
    matrix[2] = 32768;
    assert_eq!(refuse(&[Operation::ColorMatrix(matrix)]), "E_OPERATION");
    matrix[2] = 0;
    matrix[3] = -(1 << 22) - 1;
    assert_eq!(refuse(&[Operation::ColorMatrix(matrix)]), "E_OPERATION");
    let bgra = Frame::new(Format::Bgra, 4, 4);
    assert_eq!(refuse(&[Operation::Overlay { image: bgra.image(), x: 0, y: 0, opacity: 1 }]), "E_OPERATION");
    let mut short = Frame::new(Format::Rgba, 4, 4);
    short.data.truncate(63);
    assert_eq!(refuse(&[Operation::Overlay { image: short.image(), x: 0, y: 0, opacity: 1 }]), "E_PLANE_BOUNDS");

    let mut truncated = target.clone();
    truncated.data.truncate(299);
    assert_eq!(refusal(&source, &[], &mut truncated, options), "E_PLANE_BOUNDS");
    let mut overlapping = target.clone();
    overlapping.planes[1].offset = 190;
    assert_eq!(refusal(&source, &[], &mut overlapping, options), "E_PLANE_OVERLAP");
    let mut narrow = target.clone();
    narrow.planes[0].stride = 19;
    assert_eq!(refusal(&source, &[], &mut narrow, options), "E_PLANE_STRIDE");
}

#[test]
fn an_instruction_set_that_is_not_there_is_refused() {
    let all = [InstructionSet::Scalar, InstructionSet::Avx2, InstructionSet::Avx512, InstructionSet::Neon];
    let available = InstructionSet::available();
    assert_eq!(available.last(), Some(&InstructionSet::Scalar));
    assert_eq!(available[0], InstructionSet::best());
    let source = Frame::new(Format::Rgba, 4, 4);
    for instruction_set in all.into_iter().filter(|set| !available.contains(set)) {
        if (instruction_set == InstructionSet::Neon) == cfg!(target_arch = "aarch64") {
            left_out::record(
                "native/crates/pixel-kernels/tests",
                instruction_set.name(),
                "this processor lacks it, so its kernels aren't tested here",
            );
        }
        let options = ProcessOptions { instruction_set, ..ProcessOptions::default() };
        let mut target = Frame::new(Format::Nv12, 4, 4);
        assert_eq!(refusal(&source, &[], &mut target, options), "E_INSTRUCTION_SET");
    }
}
