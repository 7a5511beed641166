use super::{AxisMap, FrameShape, PlaneMap, PlanesWork};
use crate::error::KernelError;

fn refuse<T>(message: String) -> Result<T, KernelError> {
    Err(KernelError::Operation { message })
}

/// Checks that components can be made as the maps say, whatever the samples are.
pub(super) fn check(source: &FrameShape, target: &FrameShape, work: &PlanesWork) -> Result<(), KernelError> {
    if !source.format.is_ycbcr() || !target.format.is_ycbcr() {
        return refuse(format!("Expected Y'CbCr on both sides but received {:?}, {:?}", source.format, target.format));
    }
    let (from, to) = (source.format.bits(), target.format.bits());
    if work.dithered && (from, to) != (10, 8) {
        return refuse(format!("Expected dither from 10 to 8 bits but received {from} to {to}"));
    }
    let [_, cb, cr] = &work.components;
    if cb.horizontal != cr.horizontal || cb.vertical != cr.vertical || cb.codes.is_some() != cr.codes.is_some() {
        return refuse("Expected the same axes, and codes or none, for Cb and Cr but received others".to_owned());
    }
    for (component, map) in work.components.iter().enumerate() {
        let (width, height) = source.format.component_size(component, source.width, source.height);
        let (new_width, new_height) = target.format.component_size(component, target.width, target.height);
        check_axis(&map.horizontal, width, new_width)?;
        check_axis(&map.vertical, height, new_height)?;
        check_codes(map, from, to, work.dithered)?;
    }
    Ok(())
}

fn check_axis(axis: &AxisMap, source: usize, target: usize) -> Result<(), KernelError> {
    match axis {
        AxisMap::Copied { start } if start.saturating_add(target) > source => {
            refuse(format!("Expected {target} samples inside 0..{source} but received them from {start}"))
        }
        AxisMap::Taps(taps) if (taps.len(), taps.source() as usize) != (target, source) => refuse(format!(
            "Expected weights from {source} to {target} samples but received them from {} to {}",
            taps.source(),
            taps.len()
        )),
        _ => Ok(()),
    }
}

fn check_codes(map: &PlaneMap, from: u32, to: u32, dithered: bool) -> Result<(), KernelError> {
    let Some(codes) = &map.codes else {
        return if from == to {
            Ok(())
        } else {
            refuse(format!("Expected codes from {from} to {to} bits but received none"))
        };
    };
    let entries = if map.is_copied() { 1 << from } else { 1 << 12 };
    let largest = if dithered { (256 << 6) - 1 } else { (1 << to) - 1 };
    let most = codes.table().iter().copied().max().unwrap_or(0);
    if codes.table().len() != entries || most > largest {
        return refuse(format!(
            "Expected {entries} codes of 0 to {largest} but received {} up to {most}",
            codes.table().len()
        ));
    }
    Ok(())
}
