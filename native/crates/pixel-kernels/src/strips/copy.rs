//! Rows of bytes as they are.

use super::Run;
use crate::image::Band;

pub(super) fn run(run: &Run, mut band: Band) {
    for y in band.rows.clone() {
        band.row(0, y).copy_from_slice(run.source.row(0, y));
    }
}
