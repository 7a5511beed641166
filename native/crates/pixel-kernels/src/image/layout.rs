//! Refuses layouts that would read or write outside their data, before anything is touched.

use super::{Format, Image, ImageMut, Plane};
use crate::error::KernelError;

const MAX_SIDE: u32 = 65535;

pub(crate) fn validate_size(what: &'static str, width: u32, height: u32) -> Result<(), KernelError> {
    let side = 1..=MAX_SIDE;
    if side.contains(&width) && side.contains(&height) {
        Ok(())
    } else {
        Err(KernelError::Size { what, width, height })
    }
}

pub(crate) fn validate_source(what: &'static str, image: &Image) -> Result<(), KernelError> {
    validate(what, image.format, image.width, image.height, &image.planes, image.data.len())
}

pub(crate) fn validate_target(image: &ImageMut) -> Result<(), KernelError> {
    validate("target", image.format, image.width, image.height, &image.planes, image.data.len())?;
    let ranges: Vec<_> = (0..image.format.plane_count())
        .map(|plane| {
            let start = image.planes[plane].offset;
            start..start + extent(image.format, plane, image.width, image.height, image.planes[plane].stride)
        })
        .collect();
    for second in 1..ranges.len() {
        for first in 0..second {
            if ranges[first].start < ranges[second].end && ranges[second].start < ranges[first].end {
                return Err(KernelError::Overlap { first, second });
            }
        }
    }
    Ok(())
}

/// Bytes from the first to the last sample of a plane; the last row needs no padding after it.
fn extent(format: Format, plane: usize, width: u32, height: u32, stride: usize) -> usize {
    let (row_bytes, rows) = format.plane_size(plane, width, height);
    stride.saturating_mul(rows - 1).saturating_add(row_bytes)
}

fn validate(
    what: &'static str,
    format: Format,
    width: u32,
    height: u32,
    planes: &[Plane; 3],
    length: usize,
) -> Result<(), KernelError> {
    validate_size(what, width, height)?;
    for (index, plane) in planes.iter().enumerate().take(format.plane_count()) {
        let (row_bytes, _) = format.plane_size(index, width, height);
        if plane.stride < row_bytes {
            return Err(KernelError::Stride { what, plane: index, stride: plane.stride, row_bytes });
        }
        let needed = plane.offset.saturating_add(extent(format, index, width, height, plane.stride));
        if needed > length {
            return Err(KernelError::Bounds { what, plane: index, needed, actual: length });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nv12(data: &[u8], luma: Plane, chroma: Plane) -> Image<'_> {
        Image { data, format: Format::Nv12, width: 3, height: 3, planes: [luma, chroma, Plane::default()] }
    }

    #[test]
    fn accepts_a_layout_that_ends_with_its_last_row() {
        let data = [0; 3 * 4 + 3 - 4 + 5 + 4];
        let image = nv12(&data[..], Plane { offset: 0, stride: 4 }, Plane { offset: 11, stride: 5 });
        assert_eq!(validate_source("source", &image), Ok(()));
    }

    #[test]
    fn refuses_short_strides_short_data_and_sizes_out_of_range() {
        let data = [0; 64];
        let code = |image: &Image| validate_source("source", image).unwrap_err().code();
        let good = Plane { offset: 0, stride: 4 };
        assert_eq!(code(&nv12(&data, Plane { offset: 0, stride: 2 }, good)), "E_PLANE_STRIDE");
        assert_eq!(code(&nv12(&data, good, Plane { offset: 60, stride: 4 })), "E_PLANE_BOUNDS");
        assert_eq!(code(&nv12(&data, good, Plane { offset: usize::MAX, stride: usize::MAX })), "E_PLANE_BOUNDS");
        let empty = Image { width: 0, ..nv12(&data, good, good) };
        assert_eq!(code(&empty), "E_IMAGE_SIZE");
        let wide = Image { width: 65536, ..nv12(&data, good, good) };
        assert_eq!(code(&wide), "E_IMAGE_SIZE");
    }

    #[test]
    fn refuses_a_target_whose_planes_share_a_byte() {
        let mut data = [0; 64];
        let mut target = ImageMut {
            data: &mut data,
            format: Format::Nv12,
            width: 3,
            height: 3,
            planes: [Plane { offset: 0, stride: 4 }, Plane { offset: 10, stride: 4 }, Plane::default()],
        };
        assert_eq!(validate_target(&target), Err(KernelError::Overlap { first: 0, second: 1 }));
        target.planes[1].offset = 11;
        assert_eq!(validate_target(&target), Ok(()));
    }
}
