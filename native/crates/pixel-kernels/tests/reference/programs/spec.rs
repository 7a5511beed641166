//! What programs are made of, open to be read.

use crate::reference::frame::Frame;
use pixel_kernels::{
    AxisMap, BlendMode, Codes, Cube, Curves, Depth, FixedForm, MixWeights, PictureSize, PixelsWork, Place, PlaneMap,
    PlanesWork, Step, Taps,
};

#[derive(Clone, Debug)]
pub struct TapsSpec {
    pub start: Vec<u32>,
    pub count: usize,
    pub weights: Vec<i16>,
}

#[derive(Clone, Debug)]
pub enum AxisSpec {
    Copied(usize),
    Taps(TapsSpec),
}

#[derive(Clone, Debug)]
pub struct MapSpec {
    pub horizontal: AxisSpec,
    pub vertical: AxisSpec,
    pub codes: Option<Vec<u16>>,
}

#[derive(Clone, Debug)]
pub struct FormSpec {
    pub shift: u32,
    pub coefficients: [i32; 12],
    /// For what is loaded at 16 bits.
    pub fractions: Option<[u16; 12]>,
}

#[derive(Clone, Debug)]
pub enum StepSpec {
    Scale(usize, usize),
    Resample { width: usize, height: usize, horizontal: Option<TapsSpec>, vertical: Option<TapsSpec> },
    Place(Place),
    ColorMatrix([i32; 12]),
    Curves { to: i64, tables: [Vec<u16>; 3] },
    Lut3d { size: usize, entries: Vec<u16> },
    Overlay { image: Frame, x: i32, y: i32, opacity: u8, mode: BlendMode },
    Mix { image: Frame, by_columns: bool, weights: Vec<u16> },
}

#[derive(Clone, Debug)]
pub struct PixelsSpec {
    /// 255 or 65535, as `store_depth_one`.
    pub load_depth_one: i64,
    pub load: Option<FormSpec>,
    pub loads_halfs: bool,
    pub steps: Vec<StepSpec>,
    pub store_depth_one: i64,
    pub store: Option<FormSpec>,
    pub dithered: bool,
}

/// The products of a form, in 32 wrapping bits.
pub fn wrapping(coefficients: &[i32], values: [i64; 3]) -> i32 {
    (0..3).fold(0, |sum: i32, i| sum.wrapping_add(coefficients[i].wrapping_mul(values[i] as i32)))
}

/// Bayer's matrix, from its recursive definition.
pub fn bayer(x: usize, y: usize) -> i64 {
    (0..3).fold(0, |value, bit| {
        let quad = [[0, 2], [3, 1]][(y >> bit) & 1][(x >> bit) & 1];
        value + quad * (16 >> (2 * bit))
    })
}

pub fn depth(one: i64) -> Depth {
    if one == 255 { Depth::Eight } else { Depth::Sixteen }
}

impl TapsSpec {
    pub fn make(&self, source: usize) -> Taps {
        Taps::new(self.start.clone(), self.count, self.weights.clone(), source as u32).expect("valid taps")
    }
}

impl FormSpec {
    pub fn make(&self) -> FixedForm {
        let form = FixedForm::new(self.shift, self.coefficients).expect("a valid form");
        self.fractions.map_or(form, |fractions| form.with_fractions(fractions))
    }
}

impl MapSpec {
    /// `bits` of the source, `size` of its component.
    pub fn make(&self, bits: u32, size: (usize, usize), largest: u16) -> PlaneMap {
        let axis = |axis: &AxisSpec, source: usize| match axis {
            AxisSpec::Copied(start) => AxisMap::Copied { start: *start },
            AxisSpec::Taps(taps) => AxisMap::Taps(taps.make(source)),
        };
        let copied = matches!((&self.horizontal, &self.vertical), (AxisSpec::Copied(_), AxisSpec::Copied(_)));
        let entries = 1 << if copied { bits } else { 12 };
        PlaneMap {
            horizontal: axis(&self.horizontal, size.0),
            vertical: axis(&self.vertical, size.1),
            codes: self.codes.clone().map(|codes| Codes::new(codes, entries, largest).expect("valid codes")),
        }
    }
}

pub fn planes_work(maps: &[MapSpec; 3], source: &Frame, dithered: bool) -> PlanesWork {
    let (bits, chroma) = (source.format.bits(), source.chroma_size());
    let largest = if dithered { (256 << 6) - 1 } else { 1023 };
    let sizes = [(source.width, source.height), chroma, chroma];
    PlanesWork { components: std::array::from_fn(|i| maps[i].make(bits, sizes[i], largest)), dithered }
}

impl PixelsSpec {
    /// For a source of `size`.
    pub fn make(&self, mut size: (usize, usize)) -> PixelsWork {
        let mut one = self.load_depth_one;
        let steps = self.steps.iter().map(|step| step.make(&mut size, &mut one)).collect();
        PixelsWork {
            load_depth: depth(self.load_depth_one),
            load: self.load.as_ref().map(FormSpec::make),
            loads_halfs: self.loads_halfs,
            steps,
            store_depth: depth(self.store_depth_one),
            store: self.store.as_ref().map(FormSpec::make),
            dithered: self.dithered,
        }
    }

    pub fn pictures(&self) -> Vec<&Frame> {
        let picture = |step| match step {
            &StepSpec::Overlay { ref image, .. } | &StepSpec::Mix { ref image, .. } => Some(image),
            _ => None,
        };
        self.steps.iter().filter_map(picture).collect()
    }
}

impl StepSpec {
    pub fn make(&self, size: &mut (usize, usize), one: &mut i64) -> Step {
        let picture = |image: &Frame| PictureSize { width: image.width as u32, height: image.height as u32 };
        match self {
            Self::Scale(width, height) => {
                *size = (*width, *height);
                Step::Scale { width: *width as u32, height: *height as u32 }
            }
            Self::Resample { width, height, horizontal, vertical } => {
                let taps = |taps: &Option<TapsSpec>, source| taps.as_ref().map(|taps| taps.make(source));
                let (horizontal, vertical) = (taps(horizontal, size.0), taps(vertical, size.1));
                *size = (*width, *height);
                Step::Resample { width: *width as u32, height: *height as u32, horizontal, vertical }
            }
            Self::Place(place) => {
                *size = (place.width as usize, place.height as usize);
                Step::Place(*place)
            }
            Self::ColorMatrix(matrix) => Step::ColorMatrix(*matrix),
            Self::Curves { to, tables } => {
                let curves = Curves::new(depth(*one), depth(*to), tables.clone()).expect("valid curves");
                *one = *to;
                Step::Curves(curves)
            }
            Self::Lut3d { size, entries } => Step::Lut3d(Cube::new(*size, entries).expect("a valid cube")),
            Self::Overlay { image, x, y, opacity, mode } => {
                Step::Overlay { picture: picture(image), x: *x, y: *y, opacity: *opacity, mode: *mode }
            }
            Self::Mix { image, by_columns, weights } => {
                let weights = weights.clone();
                let weights = if *by_columns { MixWeights::Columns(weights) } else { MixWeights::Rows(weights) };
                Step::Mix { picture: picture(image), weights }
            }
        }
    }
}
