//! The crate's 4:4:4 conversions of one image of 4096x4096, for the bench "accuracy".

use std::error::Error;
use std::io::{self, Read, Write};
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPlanarImage, YuvPlanarImageMut, YuvRange,
    YuvStandardMatrix, rgba_to_yuv444, yuv444_to_rgba,
};

const SIDE: usize = 4096;
const SAMPLES: usize = SIDE * SIDE;

/// `forward` reads RGBA and writes three planes, `inverse` the reverse; limited range.
pub fn convert(
    direction: &str,
    matrix: &str,
    mode: YuvConversionMode,
) -> Result<(), Box<dyn Error>> {
    let matrix = if matrix == "bt709" {
        YuvStandardMatrix::Bt709
    } else {
        YuvStandardMatrix::Bt601
    };
    let side = SIDE as u32;
    let (mut pixels, mut planes) = (vec![0; 4 * SAMPLES], vec![0; 3 * SAMPLES]);
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    if direction == "forward" {
        input.read_exact(&mut pixels)?;
        let (y, chroma) = planes.split_at_mut(SAMPLES);
        let (u, v) = chroma.split_at_mut(SAMPLES);
        let mut image = YuvPlanarImageMut {
            y_plane: BufferStoreMut::Borrowed(y),
            y_stride: side,
            u_plane: BufferStoreMut::Borrowed(u),
            u_stride: side,
            v_plane: BufferStoreMut::Borrowed(v),
            v_stride: side,
            width: side,
            height: side,
        };
        rgba_to_yuv444(
            &mut image,
            &pixels,
            4 * side,
            YuvRange::Limited,
            matrix,
            mode,
        )?;
        output.write_all(&planes)?;
    } else {
        input.read_exact(&mut planes)?;
        let image = YuvPlanarImage {
            y_plane: &planes[..SAMPLES],
            y_stride: side,
            u_plane: &planes[SAMPLES..2 * SAMPLES],
            u_stride: side,
            v_plane: &planes[2 * SAMPLES..],
            v_stride: side,
            width: side,
            height: side,
        };
        yuv444_to_rgba(&image, &mut pixels, 4 * side, YuvRange::Limited, matrix)?;
        output.write_all(&pixels)?;
    }
    Ok(output.flush()?)
}
