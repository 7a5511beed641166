//! Kernels on 4K frames, by instruction set: `cargo bench`. The bench to compare with other libraries is
//! `npm run bench -- convert`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pixel_kernels::{
    ChromaLocation, Color, Format, Image, ImageMut, InstructionSet, Matrix, Operation, Plane, ProcessOptions, Threads,
    Upsampling, process,
};
use std::time::Duration;

const WIDTH: u32 = 3840;
const HEIGHT: u32 = 2160;
const COLOR: Color = Color { matrix: Matrix::Bt709, full_range: false, chroma_location: ChromaLocation::Left };

struct Frame {
    format: Format,
    width: u32,
    height: u32,
    planes: [Plane; 3],
    data: Vec<u8>,
}

impl Frame {
    /// Tightly packed noise.
    fn new(format: Format, width: u32, height: u32) -> Self {
        let mut planes = [Plane::default(); 3];
        let mut length = 0;
        for (index, plane) in planes.iter_mut().enumerate().take(format.plane_count()) {
            let (stride, rows) = format.plane_size(index, width, height);
            *plane = Plane { offset: length, stride };
            length += stride * rows;
        }
        let mut state = 1u32;
        let noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        Self { format, width, height, planes, data: std::iter::repeat_with(noise).take(length).collect() }
    }

    fn image(&self) -> Image<'_> {
        let Self { format, width, height, planes, .. } = *self;
        Image { data: &self.data, format, width, height, planes }
    }

    fn image_mut(&mut self) -> ImageMut<'_> {
        let Self { format, width, height, planes, .. } = *self;
        ImageMut { data: &mut self.data, format, width, height, planes }
    }
}

fn bench(criterion: &mut Criterion) {
    let rgba = Frame::new(Format::Rgba, WIDTH, HEIGHT);
    let nv12 = Frame::new(Format::Nv12, WIDTH, HEIGHT);
    let half = Frame::new(Format::Nv12, WIDTH / 2, HEIGHT / 2);
    let logo = Frame::new(Format::Rgba, 640, 320);
    let scale = Operation::Scale { width: WIDTH, height: HEIGHT };
    let matrix = Operation::ColorMatrix([4500, 60, 20, -2000, 10, 4300, 10, -1500, 0, 40, 4000, -1000]);
    let overlay = Operation::Overlay { image: logo.image(), x: 3100, y: 100, opacity: 200 };
    let edit = [scale, matrix, overlay];
    let cases: [(&str, &Frame, &[Operation], Format); 4] = [
        ("rgba to nv12", &rgba, &[], Format::Nv12),
        ("nv12 to rgba", &nv12, &[], Format::Rgba),
        ("color matrix", &rgba, &edit[1..2], Format::Rgba),
        ("1080p nv12, scale, matrix, overlay, nv12", &half, &edit, Format::Nv12),
    ];
    for (name, source, operations, format) in cases {
        let mut target = Frame::new(format, WIDTH, HEIGHT);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(u64::from(WIDTH * HEIGHT)));
        group.sample_size(20).measurement_time(Duration::from_secs(3));
        for instruction_set in InstructionSet::available() {
            let options = ProcessOptions { upsampling: Upsampling::Bilinear, instruction_set };
            group.bench_function(instruction_set.name(), |bencher| {
                bencher.iter(|| {
                    let mut target = target.image_mut();
                    process(&source.image(), COLOR, operations, &mut target, COLOR, &options, &Threads::inline())
                        .expect("a valid call");
                });
            });
        }
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
