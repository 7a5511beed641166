//! A target cut into bands of whole rows that threads write at the same time.

use super::{Format, ImageMut};
use std::ops::Range;

/// Rows of a target that one thread writes.
pub(crate) struct Band<'a> {
    /// Rows of the image; the start is even, so a band owns the chroma rows of its luma rows.
    pub rows: Range<usize>,
    planes: [BandPlane<'a>; 3],
}

#[derive(Default)]
struct BandPlane<'a> {
    data: &'a mut [u8],
    stride: usize,
    row_bytes: usize,
    first_row: usize,
}

impl BandPlane<'_> {
    fn row(&mut self, row: usize) -> &mut [u8] {
        let start = (row - self.first_row) * self.stride;
        &mut self.data[start..start + self.row_bytes]
    }

    fn row_or_none(&mut self, row: usize) -> &mut [u8] {
        if self.stride == 0 { &mut [] } else { self.row(row) }
    }
}

impl Band<'_> {
    /// A row of a plane, counted from the top of the image.
    pub fn row(&mut self, plane: usize, row: usize) -> &mut [u8] {
        self.planes[plane].row(row)
    }

    /// A row of each of the three planes; those that there are not are empty.
    pub fn three_rows(&mut self, luma: usize, chroma: usize) -> [&mut [u8]; 3] {
        let [first, second, third] = &mut self.planes;
        [first.row(luma), second.row_or_none(chroma), third.row_or_none(chroma)]
    }

    /// A row of each of the two chroma planes.
    pub fn chroma_pair(&mut self, row: usize) -> [&mut [u8]; 2] {
        let [_, cb, cr] = &mut self.planes;
        [cb.row(row), cr.row(row)]
    }

    /// Rows of the chroma planes.
    pub fn chroma_rows(&self, format: Format) -> Range<usize> {
        let step = format.chroma_steps().1;
        self.rows.start / step..self.rows.end.div_ceil(step)
    }

    /// Two luma rows (one when the image ends between them) and the chroma row that belongs to them.
    pub fn row_pair(&mut self, pair: usize) -> RowPair<'_> {
        let [luma, second, third] = &mut self.planes;
        let start = (pair * 2 - luma.first_row) * luma.stride;
        let rows = &mut luma.data[start..];
        let (top, bottom) = if pair * 2 + 1 < self.rows.end {
            let (top, bottom) = rows.split_at_mut(luma.stride);
            (&mut top[..luma.row_bytes], Some(&mut bottom[..luma.row_bytes]))
        } else {
            (&mut rows[..luma.row_bytes], None)
        };
        let third = if third.stride == 0 { None } else { Some(third.row(pair)) };
        RowPair { top, bottom, chroma: second.row(pair), second_chroma: third }
    }
}

/// What [`Band::row_pair`] gives.
pub(crate) struct RowPair<'a> {
    pub top: &'a mut [u8],
    pub bottom: Option<&'a mut [u8]>,
    pub chroma: &'a mut [u8],
    /// Cr when it has a plane of its own.
    pub second_chroma: Option<&'a mut [u8]>,
}

/// Cuts a validated target into at most `count` bands of about the same height.
pub(crate) fn split_into_bands<'a>(target: &'a mut ImageMut, count: usize) -> Vec<Band<'a>> {
    let height = target.height as usize;
    let rows_per_band = height.div_ceil(count.max(1)).next_multiple_of(2);
    let mut order: Vec<usize> = (0..target.format.plane_count()).collect();
    order.sort_by_key(|&plane| target.planes[plane].offset);

    let mut rest: [&mut [u8]; 3] = Default::default();
    let mut data = &mut *target.data;
    let mut position = 0;
    for plane in order {
        let (row_bytes, rows) = target.format.plane_size(plane, target.width, target.height);
        let length = target.planes[plane].stride * (rows - 1) + row_bytes;
        let (_, from_plane) = data.split_at_mut(target.planes[plane].offset - position);
        let (own, after) = from_plane.split_at_mut(length);
        position = target.planes[plane].offset + length;
        rest[plane] = own;
        data = after;
    }

    let mut bands = Vec::new();
    for first in (0..height).step_by(rows_per_band) {
        let rows = first..(first + rows_per_band).min(height);
        let mut planes: [BandPlane; 3] = Default::default();
        for (plane, part) in planes.iter_mut().enumerate().take(target.format.plane_count()) {
            let (row_bytes, plane_rows) = target.format.plane_size(plane, target.width, target.height);
            let halved = plane > 0 && target.format.chroma_steps().1 == 2;
            let first_row = if halved { first / 2 } else { first };
            let end_row = if halved { rows.end.div_ceil(2) } else { rows.end };
            let stride = target.planes[plane].stride;
            let whole = std::mem::take(&mut rest[plane]);
            let length = if end_row == plane_rows { whole.len() } else { (end_row - first_row) * stride };
            let (own, after) = whole.split_at_mut(length);
            rest[plane] = after;
            *part = BandPlane { data: own, stride, row_bytes, first_row };
        }
        bands.push(Band { rows, planes });
    }
    bands
}
