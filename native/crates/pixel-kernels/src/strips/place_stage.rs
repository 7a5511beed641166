//! Rows in another place: crop, pad, flip.

use super::turned::place_row;
use crate::program::Place;
use crate::sample::Sample;

pub(super) struct PlaceStage<'a, S> {
    place: &'a Place,
    source: (usize, usize),
    fill: [S; 4],
    row: Vec<S>,
}

impl<'a, S: Sample> PlaceStage<'a, S> {
    pub fn new(place: &'a Place, source: (usize, usize)) -> Self {
        let fill = place.fill.map(|value| S::of(u32::from(value)));
        Self { place, source, fill, row: vec![S::default(); 4 * source.0] }
    }

    /// `pull` makes a row of the source.
    pub fn produce(&mut self, y: usize, out: &mut [S], pull: impl FnOnce(usize, &mut [S])) {
        let (_, height) = self.source;
        let pixels = out.as_chunks_mut::<4>().0;
        let row = y as i64 - i64::from(self.place.y);
        if !(0..height as i64).contains(&row) {
            pixels.fill(self.fill);
            return;
        }
        let row = if self.place.flip_y { height - 1 - row as usize } else { row as usize };
        pull(row, &mut self.row);
        let own = self.row.as_chunks_mut::<4>().0;
        if self.place.flip_x {
            own.reverse();
        }
        place_row(own, i64::from(self.place.x), self.fill, pixels);
    }
}
