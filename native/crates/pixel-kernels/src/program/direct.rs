//! Frequent conversions of whole frames that one kernel a row does from bytes to bytes.

use super::{AxisMap, Body, FrameShape, Pixels, PlaneMap, PlanesWork, StepPlan};
use crate::image::Format;
use crate::work::{Depth, Mapping, Taps};

/// Weights of two neighbours across and of two rows, in quarters.
pub(crate) type Quarters = [[u16; 2]; 2];

/// What a program comes down to.
#[derive(Debug)]
pub(crate) enum Direct {
    /// P010 to NV12 of the same colour in limited range.
    Narrow,
    /// YUY2 to NV12, chroma halfway between the rows.
    Site,
    /// NV12 or I420 of half the size.
    HalvePlanes { luma: Quarters, chroma: Quarters },
    /// RGBA or BGRA of half the size.
    HalvePixels,
}

impl Direct {
    /// How to do it, if it is one of these.
    pub fn of(source: &FrameShape, target: &FrameShape, body: &Body) -> Option<Self> {
        match body {
            Body::Copy => None,
            Body::Planes(work) => Self::of_planes((source.format, target.format), work),
            Body::Pixels(pixels) => halves_pixels(source, target, pixels).then_some(Self::HalvePixels),
        }
    }

    fn of_planes(formats: (Format, Format), work: &PlanesWork) -> Option<Self> {
        let [luma, cb, cr] = &work.components;
        match formats {
            (Format::P010, Format::Nv12) => {
                let narrows = |map: &PlaneMap| {
                    is_whole(&map.horizontal)
                        && is_whole(&map.vertical)
                        && map.codes.as_ref().is_some_and(|codes| codes.mapping() == Mapping::Down(2))
                };
                (!work.dithered && work.components.iter().all(narrows)).then_some(Self::Narrow)
            }
            (Format::Yuy2, Format::Nv12) => {
                let keeps = |map: &PlaneMap| map.codes.is_none() && is_whole(&map.horizontal);
                let sites = |map: &PlaneMap| keeps(map) && halving(&map.vertical) == Some([2, 2]);
                (keeps(luma) && is_whole(&luma.vertical) && sites(cb) && sites(cr)).then_some(Self::Site)
            }
            (Format::Nv12, Format::Nv12) | (Format::I420, Format::I420) => {
                let both = |map: &PlaneMap| match map.codes {
                    None => Some([halving(&map.horizontal)?, halving(&map.vertical)?]),
                    Some(_) => None,
                };
                let (luma, chroma) = (both(luma)?, both(cb)?);
                (both(cr)? == chroma).then_some(Self::HalvePlanes { luma, chroma })
            }
            _ => None,
        }
    }
}

/// Whether samples are copied from the first on.
fn is_whole(axis: &AxisMap) -> bool {
    matches!(axis, AxisMap::Copied { start: 0 })
}

fn halving(axis: &AxisMap) -> Option<[u16; 2]> {
    match axis {
        AxisMap::Copied { .. } => None,
        AxisMap::Taps(taps) => quarters(taps),
    }
}

/// The quarters of samples 2i and 2i + 1, where every position i is made of these.
fn quarters(taps: &Taps) -> Option<[u16; 2]> {
    const QUARTER: i16 = 1 << 12;
    let weights = taps.halving()?;
    let whole = weights.iter().all(|&weight| weight >= 0 && weight % QUARTER == 0);
    whole.then(|| weights.map(|weight| (weight / QUARTER) as u16))
}

fn halves_pixels(source: &FrameShape, target: &FrameShape, pixels: &Pixels) -> bool {
    let [pass] = &pixels.passes[..] else { return false };
    let [step] = &pass.steps[..] else { return false };
    source.format == target.format
        && matches!(target.format, Format::Rgba | Format::Bgra)
        && pass.turn.is_none()
        && (source.width, source.height) == (2 * target.width, 2 * target.height)
        && match step {
            // Positions halfway between two pixels.
            StepPlan::Scale { .. } => true,
            StepPlan::Resample { horizontal: Some(across), vertical: Some(down), depth: Depth::Eight, .. } => {
                quarters(across) == Some([2, 2]) && quarters(down) == Some([2, 2])
            }
            _ => false,
        }
}
