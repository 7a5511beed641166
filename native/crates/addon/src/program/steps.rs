use pixel_kernels::{BlendMode, Cube, Curves, MixWeights, PictureSize, Place, Step};

use super::Picture;
use super::work::{checked, depth_of, taps_of};
use crate::argument::Argument;
use crate::bytes::Bytes;
use crate::failure::{Failure, Outcome};
use crate::image::MAX_SIZE;
use crate::tables;

#[derive(Clone, Copy)]
enum Kind {
    Scale,
    Resample,
    Place,
    ColorMatrix,
    Curves,
    Lut3d,
    Overlay,
    Mix,
}

const KINDS: [(&str, Kind); 8] = [
    ("scale", Kind::Scale),
    ("resample", Kind::Resample),
    ("place", Kind::Place),
    ("colorMatrix", Kind::ColorMatrix),
    ("curves", Kind::Curves),
    ("lut3d", Kind::Lut3d),
    ("overlay", Kind::Overlay),
    ("mix", Kind::Mix),
];

const MODES: [(&str, BlendMode); 13] = [
    ("normal", BlendMode::Normal),
    ("multiply", BlendMode::Multiply),
    ("screen", BlendMode::Screen),
    ("overlay", BlendMode::Overlay),
    ("darken", BlendMode::Darken),
    ("lighten", BlendMode::Lighten),
    ("add", BlendMode::Add),
    ("difference", BlendMode::Difference),
    ("exclusion", BlendMode::Exclusion),
    ("hardLight", BlendMode::HardLight),
    ("softLight", BlendMode::SoftLight),
    ("colorDodge", BlendMode::ColorDodge),
    ("colorBurn", BlendMode::ColorBurn),
];

/// A `NativeStep` on pixels of `size`, which becomes the size after it.
pub fn step_of(argument: &Argument<'_>, size: &mut (u32, u32), pictures: &mut Vec<Picture>) -> Outcome<Step> {
    match argument.field("type")?.choice(&KINDS)? {
        Kind::Scale => {
            let (width, height) = size_of(argument)?;
            *size = (width, height);
            Ok(Step::Scale { width, height })
        }
        Kind::Resample => {
            let (width, height) = size_of(argument)?;
            let (horizontal, vertical) = (argument.field("horizontal")?, argument.field("vertical")?);
            let taps = |axis: &Argument<'_>, source: u32| {
                if axis.is_undefined()? { Ok(None) } else { taps_of(axis, source).map(Some) }
            };
            let (horizontal, vertical) = (taps(&horizontal, size.0)?, taps(&vertical, size.1)?);
            *size = (width, height);
            Ok(Step::Resample { width, height, horizontal, vertical })
        }
        Kind::Place => {
            let place = place_of(argument)?;
            *size = (place.width, place.height);
            Ok(Step::Place(place))
        }
        Kind::ColorMatrix => Ok(Step::ColorMatrix(tables::coefficients(&argument.field("coefficients")?)?)),
        Kind::Curves => curves_of(argument),
        Kind::Lut3d => {
            let nodes = argument.field("size")?.integer(2..=129)? as usize;
            checked(Cube::new(nodes, &tables::u16s(&argument.field("entries")?)?)).map(Step::Lut3d)
        }
        Kind::Overlay => overlay_of(argument, pictures),
        Kind::Mix => {
            let picture = picture_of(&argument.field("image")?, pictures)?;
            let by_columns = argument.field("along")?.choice(&[("x", true), ("y", false)])?;
            let weights = tables::u16s(&argument.field("weights")?)?;
            let weights = if by_columns { MixWeights::Columns(weights) } else { MixWeights::Rows(weights) };
            Ok(Step::Mix { picture, weights })
        }
    }
}

fn size_of(argument: &Argument<'_>) -> Outcome<(u32, u32)> {
    let side = |name: &str| Ok::<_, Failure>(argument.field(name)?.integer(1..=MAX_SIZE)? as u32);
    Ok((side("width")?, side("height")?))
}

fn position_of(argument: &Argument<'_>) -> Outcome<(i32, i32)> {
    let at =
        |name: &str| Ok::<_, Failure>(argument.field(name)?.integer(i64::from(i32::MIN)..=i64::from(i32::MAX))? as i32);
    Ok((at("x")?, at("y")?))
}

fn place_of(argument: &Argument<'_>) -> Outcome<Place> {
    let (width, height) = size_of(argument)?;
    let (x, y) = position_of(argument)?;
    let fill = argument.field("fill")?;
    let values = fill
        .elements(4)?
        .iter()
        .map(|value| Ok(value.integer(0..=i64::from(u16::MAX))? as u16))
        .collect::<Outcome<Vec<u16>>>()?;
    let count = values.len();
    let fill = <[u16; 4]>::try_from(values)
        .map_err(|_| Failure::argument(format!("R, G, B and A for {}", fill.name()), format!("{count} numbers")))?;
    Ok(Place {
        width,
        height,
        x,
        y,
        transpose: argument.field("transpose")?.flag()?,
        flip_x: argument.field("flipX")?.flag()?,
        flip_y: argument.field("flipY")?.flag()?,
        fill,
    })
}

fn curves_of(argument: &Argument<'_>) -> Outcome<Step> {
    let (from, to) = (depth_of(&argument.field("from")?)?, depth_of(&argument.field("to")?)?);
    let field = argument.field("tables")?;
    let tables = field.elements(3)?.iter().map(tables::u16s).collect::<Outcome<Vec<_>>>()?;
    let count = tables.len();
    let tables = <[Vec<u16>; 3]>::try_from(tables)
        .map_err(|_| Failure::argument(format!("3 tables for {}", field.name()), count))?;
    checked(Curves::new(from, to, tables)).map(Step::Curves)
}

fn overlay_of(argument: &Argument<'_>, pictures: &mut Vec<Picture>) -> Outcome<Step> {
    let picture = picture_of(&argument.field("image")?, pictures)?;
    let (x, y) = position_of(argument)?;
    let opacity = argument.field("opacity")?.integer(0..=255)? as u8;
    let mode = argument.field("mode")?;
    let mode = if mode.is_undefined()? { BlendMode::Normal } else { mode.choice(&MODES)? };
    let mode = match (argument.field("premultiplied")?.flag_or(false)?, mode) {
        (false, mode) => mode,
        (true, BlendMode::Normal) => BlendMode::Premultiplied,
        (true, _) => {
            let expected = format!("straight alpha with this blend mode for {}", argument.name());
            return Err(Failure::argument(expected, "a premultiplied picture"));
        }
    };
    Ok(Step::Overlay { picture, x, y, opacity, mode })
}

fn picture_of(argument: &Argument<'_>, pictures: &mut Vec<Picture>) -> Outcome<PictureSize> {
    let (width, height) = size_of(argument)?;
    let data = argument.field("data")?;
    let bytes = Bytes::from_argument(&data)?;
    let needed = 4 * width as usize * height as usize;
    if bytes.len() < needed {
        let expected = format!("at least {needed} bytes of RGBA for {}", data.name());
        return Err(Failure::argument(expected, bytes.len()));
    }
    pictures.push(Picture { bytes, width, height });
    Ok(PictureSize { width, height })
}
