use pixel_kernels::{
    AxisMap, Codes, Depth, FixedForm, FrameShape, KernelError, PixelsWork, PlaneMap, PlanesWork, Taps, Work,
};

use super::Picture;
use super::steps::step_of;
use crate::argument::Argument;
use crate::failure::{Failure, Outcome};
use crate::image::failure_of;
use crate::tables;

/// Each costs a pass over the frame's rows; nobody means to chain this many.
const MAX_STEPS: u32 = 64;

pub fn checked<T>(result: Result<T, KernelError>) -> Outcome<T> {
    result.map_err(|error| failure_of(&error))
}

/// A `NativeWork`; taps of planes are made for components of `source`.
pub fn work_of(argument: &Argument<'_>, source: &FrameShape, pictures: &mut Vec<Picture>) -> Outcome<Work> {
    #[derive(Clone, Copy)]
    enum Kind {
        Planes,
        Pixels,
    }
    match argument.field("kind")?.choice(&[("planes", Kind::Planes), ("pixels", Kind::Pixels)])? {
        Kind::Planes => Ok(Work::Planes(Box::new(planes_of(argument, source)?))),
        Kind::Pixels => Ok(Work::Pixels(pixels_of(argument, source, pictures)?)),
    }
}

fn planes_of(argument: &Argument<'_>, source: &FrameShape) -> Outcome<PlanesWork> {
    let dithered = argument.field("dithered")?.flag()?;
    let field = argument.field("components")?;
    let given = field.elements(3)?;
    let maps = given
        .iter()
        .enumerate()
        .map(|(component, map)| plane_map_of(map, source, component, dithered))
        .collect::<Outcome<Vec<_>>>()?;
    let count = maps.len();
    let components = <[PlaneMap; 3]>::try_from(maps)
        .map_err(|_| Failure::argument(format!("3 components for {}", field.name()), count))?;
    Ok(PlanesWork { components, dithered })
}

fn plane_map_of(argument: &Argument<'_>, source: &FrameShape, component: usize, dithered: bool) -> Outcome<PlaneMap> {
    let (across, down) = if component == 0 { (1, 1) } else { source.format.chroma_steps() };
    let (width, height) = (source.width.div_ceil(across as u32), source.height.div_ceil(down as u32));
    let horizontal = axis_of(&argument.field("horizontal")?, width)?;
    let vertical = axis_of(&argument.field("vertical")?, height)?;
    let codes = argument.field("codes")?;
    let codes = if codes.is_undefined()? {
        None
    } else {
        let is_copied = matches!((&horizontal, &vertical), (AxisMap::Copied { .. }, AxisMap::Copied { .. }));
        let bits = if is_copied { source.format.bits().min(10) } else { 12 };
        let largest = if dithered { (256 << 6) - 1 } else { 1023 };
        Some(checked(Codes::new(tables::u16s(&codes)?, 1 << bits, largest))?)
    };
    Ok(PlaneMap { horizontal, vertical, codes })
}

/// Weights, or the first of the samples that stay.
fn axis_of(argument: &Argument<'_>, source: u32) -> Outcome<AxisMap> {
    if argument.field("weights")?.is_undefined()? {
        let start = argument.field("start")?.integer(0..=i64::from(u16::MAX))? as usize;
        return Ok(AxisMap::Copied { start });
    }
    Ok(AxisMap::Taps(taps_of(argument, source)?))
}

/// A `NativeTaps` for an axis of `source` samples.
pub fn taps_of(argument: &Argument<'_>, source: u32) -> Outcome<Taps> {
    let start = tables::u32s(&argument.field("start")?)?;
    let count = argument.field("count")?.integer(1..=i64::from(u16::MAX))? as usize;
    checked(Taps::new(start, count, tables::i16s(&argument.field("weights")?)?, source))
}

fn pixels_of(argument: &Argument<'_>, source: &FrameShape, pictures: &mut Vec<Picture>) -> Outcome<PixelsWork> {
    // Resampling's weights need the size that the steps before them give.
    let mut size = (source.width, source.height);
    let steps = argument
        .field("steps")?
        .elements(MAX_STEPS)?
        .iter()
        .map(|step| step_of(step, &mut size, pictures))
        .collect::<Outcome<Vec<_>>>()?;
    Ok(PixelsWork {
        load_depth: depth_of(&argument.field("loadDepth")?)?,
        load: form_of(&argument.field("load")?)?,
        loads_halfs: argument.field("loadsHalfs")?.flag()?,
        steps,
        store_depth: depth_of(&argument.field("storeDepth")?)?,
        store: form_of(&argument.field("store")?)?,
        dithered: argument.field("dithered")?.flag()?,
    })
}

/// 8 or 16.
pub fn depth_of(argument: &Argument<'_>) -> Outcome<Depth> {
    match argument.integer(8..=16)? {
        8 => Ok(Depth::Eight),
        16 => Ok(Depth::Sixteen),
        _ => Err(argument.unlike("8 or 16")),
    }
}

fn form_of(argument: &Argument<'_>) -> Outcome<Option<FixedForm>> {
    if argument.is_undefined()? {
        return Ok(None);
    }
    let shift = argument.field("shift")?.integer(7..=30)? as u32;
    let form = checked(FixedForm::new(shift, tables::coefficients(&argument.field("coefficients")?)?))?;
    let fractions = argument.field("fractions")?;
    if fractions.is_undefined()? {
        return Ok(Some(form));
    }
    Ok(Some(form.with_fractions(tables::fractions(&fractions)?)))
}
