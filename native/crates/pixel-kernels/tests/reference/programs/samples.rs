//! Samples of any format as numbers.

use crate::reference::frame::Frame;
use pixel_kernels::Format;

/// A 16-bit word of a plane's row.
pub fn word(frame: &Frame, plane: usize, index: usize, y: usize) -> u16 {
    u16::from_le_bytes([frame.sample(plane, 2 * index, y), frame.sample(plane, 2 * index + 1, y)])
}

pub fn set_word(frame: &mut Frame, plane: usize, index: usize, y: usize, value: u16) {
    let [low, high] = value.to_le_bytes();
    frame.set(plane, 2 * index, y, low);
    frame.set(plane, 2 * index + 1, y, high);
}

/// Columns and rows of a component.
pub fn code_size(frame: &Frame, component: usize) -> (usize, usize) {
    if component == 0 { (frame.width, frame.height) } else { frame.chroma_size() }
}

/// A code of Y (0), Cb (1) or Cr (2).
pub fn code(frame: &Frame, component: usize, x: usize, y: usize) -> i64 {
    match (frame.format, component) {
        (Format::P010, 0) => i64::from(word(frame, 0, x, y) >> 6),
        (Format::P010, _) => i64::from(word(frame, 1, 2 * x + component - 1, y) >> 6),
        (Format::I420P10, _) => i64::from(word(frame, component, x, y).min(1023)),
        (_, 0) => i64::from(frame.luma(x, y)),
        _ => i64::from(frame.chroma(component - 1, x as i64, y as i64)),
    }
}

pub fn set_code(frame: &mut Frame, component: usize, x: usize, y: usize, value: i64) {
    match (frame.format, component) {
        (Format::P010, 0) => set_word(frame, 0, x, y, (value << 6) as u16),
        (Format::P010, _) => set_word(frame, 1, 2 * x + component - 1, y, (value << 6) as u16),
        (Format::I420P10, _) => set_word(frame, component, x, y, value as u16),
        (_, 0) => frame.set_luma(x, y, value as u8),
        _ => {
            let other = frame.chroma(2 - component, x as i64, y as i64);
            let [cb, cr] = if component == 1 { [value as u8, other] } else { [other, value as u8] };
            frame.set_chroma(x, y, cb, cr);
        }
    }
}
