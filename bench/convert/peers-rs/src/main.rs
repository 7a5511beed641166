//! Times the crate `yuv` on one 3840x2160 frame, for the bench "convert": answers as `peers.c` does. Called as
//! `peers forward|inverse MATRIX MODE` it converts one image from standard input instead, for the bench "accuracy".

mod whole;

use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::time::Instant;
use yuv::{
    BufferStoreMut, YuvBiPlanarImage, YuvBiPlanarImageMut, YuvConversionMode, YuvError,
    YuvPlanarImage, YuvPlanarImageMut, YuvRange, YuvStandardMatrix,
};

const WIDTH: usize = 3840;
const HEIGHT: usize = 2160;
const LUMA: usize = WIDTH * HEIGHT;
/// Of a page that the system may make huge.
const HUGE: usize = 2 << 20;

const MODES: [(&str, YuvConversionMode); 3] = [
    ("yuv-fast", YuvConversionMode::Fast),
    ("yuv", YuvConversionMode::Balanced),
    ("yuv-professional", YuvConversionMode::Professional),
];
const JOBS: [&str; 3] = ["rgba-to-nv12", "rgba-to-i420", "nv12-to-rgba-nearest"];
/// The crate interpolates chroma of three planes alone.
const BILINEAR: &str = "yuv-i420:nv12-to-rgba";

/// Bytes that begin on a page that may be huge: the same conditions as for all contenders.
struct Memory {
    bytes: Vec<u8>,
    start: usize,
}

impl Memory {
    fn new(length: usize) -> Self {
        let bytes = vec![1; length + HUGE];
        let start = bytes.as_ptr().align_offset(HUGE);
        Self { bytes, start }
    }

    fn slice(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..]
    }
}

fn convert(
    job: &str,
    mode: YuvConversionMode,
    source: &[u8],
    target: &mut [u8],
) -> Result<(), YuvError> {
    let (range, matrix) = (YuvRange::Limited, YuvStandardMatrix::Bt709);
    let (width, height, stride) = (WIDTH as u32, HEIGHT as u32, 4 * WIDTH as u32);
    match job {
        "rgba-to-nv12" => {
            let (y, uv) = target[..LUMA * 3 / 2].split_at_mut(LUMA);
            let mut image = YuvBiPlanarImageMut {
                y_plane: BufferStoreMut::Borrowed(y),
                y_stride: width,
                uv_plane: BufferStoreMut::Borrowed(uv),
                uv_stride: width,
                width,
                height,
            };
            yuv::rgba_to_yuv_nv12(&mut image, &source[..LUMA * 4], stride, range, matrix, mode)
        }
        "rgba-to-i420" => {
            let (y, chroma) = target[..LUMA * 3 / 2].split_at_mut(LUMA);
            let (u, v) = chroma.split_at_mut(LUMA / 4);
            let mut image = YuvPlanarImageMut {
                y_plane: BufferStoreMut::Borrowed(y),
                y_stride: width,
                u_plane: BufferStoreMut::Borrowed(u),
                u_stride: width / 2,
                v_plane: BufferStoreMut::Borrowed(v),
                v_stride: width / 2,
                width,
                height,
            };
            yuv::rgba_to_yuv420(&mut image, &source[..LUMA * 4], stride, range, matrix, mode)
        }
        _ => {
            let image = YuvBiPlanarImage {
                y_plane: &source[..LUMA],
                y_stride: width,
                uv_plane: &source[LUMA..LUMA * 3 / 2],
                uv_stride: width,
                width,
                height,
            };
            yuv::yuv_nv12_to_rgba(&image, &mut target[..LUMA * 4], stride, range, matrix, mode)
        }
    }
}

fn bilinear(source: &[u8], target: &mut [u8]) -> Result<(), YuvError> {
    let (width, height) = (WIDTH as u32, HEIGHT as u32);
    let image = YuvPlanarImage {
        y_plane: &source[..LUMA],
        y_stride: width,
        u_plane: &source[LUMA..LUMA * 5 / 4],
        u_stride: width / 2,
        v_plane: &source[LUMA * 5 / 4..LUMA * 3 / 2],
        v_stride: width / 2,
        width,
        height,
    };
    let (range, matrix) = (YuvRange::Limited, YuvStandardMatrix::Bt709);
    yuv::yuv420_to_rgba_bilinear(&image, &mut target[..LUMA * 4], 4 * width, range, matrix)
}

/// `None` for a name that isn't known.
fn run(name: &str, source: &[u8], target: &mut [u8]) -> Option<Result<(), YuvError>> {
    if name == BILINEAR {
        return Some(bilinear(source, target));
    }
    let (mode, job) = name.split_once(':')?;
    let (_, mode) = MODES.into_iter().find(|(known, _)| *known == mode)?;
    JOBS.contains(&job)
        .then(|| convert(job, mode, source, target))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [direction, matrix, mode] = &arguments[..] {
        let (_, mode) = MODES
            .into_iter()
            .find(|(known, _)| known == mode)
            .ok_or("an unknown mode")?;
        return whole::convert(direction, matrix, mode);
    }
    let (mut source, mut target) = (Memory::new(LUMA * 4), Memory::new(LUMA * 4));
    let mut state = 12345u32;
    for byte in source.slice() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    let (source, target) = (source.slice(), target.slice());
    let mut output = io::stdout();
    let names = MODES
        .iter()
        .flat_map(|(mode, _)| JOBS.map(|job| format!("{mode}:{job}")));
    writeln!(
        output,
        "peers {} {BILINEAR}",
        names.collect::<Vec<_>>().join(" ")
    )?;
    output.flush()?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (name, frames) = line.split_once(' ').ok_or("expected NAME:JOB FRAMES")?;
        let frames: u32 = frames.parse()?;
        let started = Instant::now();
        for _ in 0..frames {
            run(name, black_box(source), black_box(target)).ok_or("an unknown peer")??;
        }
        writeln!(
            output,
            "{}",
            started.elapsed().as_nanos() / u128::from(frames)
        )?;
        output.flush()?;
    }
    Ok(())
}
