//! The components of an image as rows of samples, wherever the format keeps them.

use crate::error::KernelError;
use crate::image::{Format, Image, validate_source};

/// One component: every `step`th byte from `first` of a plane's rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component<'a> {
    image: Image<'a>,
    plane: usize,
    first: usize,
    step: usize,
    pub width: usize,
    pub height: usize,
}

impl Component<'_> {
    /// Copies a row's samples to `out`, of `width` bytes.
    pub fn read_row(&self, y: usize, out: &mut [u8]) {
        let row = self.image.row(self.plane, y);
        if self.step == 1 {
            out.copy_from_slice(row);
        } else {
            for (out, sample) in out.iter_mut().zip(row[self.first..].iter().step_by(self.step)) {
                *out = *sample;
            }
        }
    }
}

/// The components of both images, pair by pair.
pub(super) fn components<'a>(a: &Image<'a>, b: &Image<'a>) -> Result<Vec<(Component<'a>, Component<'a>)>, KernelError> {
    validate_source("first image", a)?;
    validate_source("second image", b)?;
    let describe = |image: &Image| format!("{:?} {}x{}", image.format, image.width, image.height);
    if describe(a) != describe(b) {
        return Err(KernelError::Mismatch { expected: describe(a), actual: describe(b) });
    }
    let planar = matches!(a.format, Format::I420 | Format::I422 | Format::I444);
    if !planar && !matches!(a.format, Format::Rgba | Format::Bgra | Format::Nv12) {
        return Err(KernelError::Mismatch {
            expected: "images of 8-bit RGB or of Y'CbCr in planes".to_owned(),
            actual: format!("{:?}", a.format),
        });
    }
    Ok(of(a).into_iter().zip(of(b)).collect())
}

fn of<'a>(image: &Image<'a>) -> Vec<Component<'a>> {
    // (plane, first byte, step)
    let places: &[(usize, usize, usize)] = match image.format {
        Format::Rgba => &[(0, 0, 4), (0, 1, 4), (0, 2, 4), (0, 3, 4)],
        Format::Bgra => &[(0, 2, 4), (0, 1, 4), (0, 0, 4), (0, 3, 4)],
        Format::Nv12 => &[(0, 0, 1), (1, 0, 2), (1, 1, 2)],
        _ => &[(0, 0, 1), (1, 0, 1), (2, 0, 1)],
    };
    let component = |&(plane, first, step): &(usize, usize, usize)| {
        let (row_bytes, height) = image.format.plane_size(plane, image.width, image.height);
        Component { image: *image, plane, first, step, width: row_bytes / step, height }
    };
    places.iter().map(component).collect()
}
