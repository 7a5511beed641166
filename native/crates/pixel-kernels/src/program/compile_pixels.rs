use super::passes::{Loader, Pass, Pixels, StepPlan, Storer};
use super::{FrameShape, MixWeights, PictureSize, PixelsWork, Place, Step};
use crate::color::{ChromaLocation, Forward, Inverse};
use crate::error::KernelError;
use crate::image::{Format, validate_size};
use crate::kernels::ColumnWeights;
use crate::operations::{ScalePlan, validate_matrix};
use crate::plain::{Cover, HALF_FRACTION_BITS, StoreForm};
use crate::work::{Depth, FixedForm, Taps};

fn refuse<T>(message: String) -> Result<T, KernelError> {
    Err(KernelError::Operation { message })
}

/// Follows size and depth through the steps and prepares them.
pub(super) fn compile(
    source: &FrameShape,
    target: &FrameShape,
    upsampling: crate::Upsampling,
    work: PixelsWork,
    pictures: &mut Vec<PictureSize>,
) -> Result<Pixels, KernelError> {
    let PixelsWork { load_depth, load, loads_halfs, steps, store_depth, store, dithered } = work;
    check_form("load", source, load_depth, load.is_some())?;
    check_form("store", target, store_depth, store.is_some())?;
    check_fractions(load_depth, load.as_ref(), store.as_ref())?;
    if loads_halfs {
        check_halfs(source, target, load.as_ref(), &steps)?;
    }
    if dithered && store_depth == Depth::Eight {
        return refuse("Expected dither of pixels of 16 bits but received it for 8".to_owned());
    }
    // Without steps BGRA need not become RGBA first: the coefficients change places instead.
    let blue_first = steps.is_empty() && load_depth == Depth::Eight && source.format == Format::Bgra;
    let mut compiler =
        Compiler { size: (source.width, source.height), depth: load_depth, passes: Vec::new(), pictures };
    compiler.begin(None);
    for step in steps {
        compiler.add(step)?;
    }
    let (size, depth) = (compiler.size, compiler.depth);
    if size != (target.width, target.height) {
        return Err(KernelError::Mismatch {
            expected: format!("a target of {}x{}, the size after the operations,", size.0, size.1),
            actual: format!("{}x{}", target.width, target.height),
        });
    }
    if depth != store_depth {
        return refuse(format!(
            "Expected pixels of {} bits after the steps but received {}",
            store_depth.bits(),
            depth.bits()
        ));
    }
    let passes = compiler.passes;
    let location = source.color.chroma_location;
    Ok(Pixels {
        loader: Loader {
            form: load,
            gives_halfs: loads_halfs,
            inverse: Inverse::new(source.color),
            columns: ColumnWeights::new(location, upsampling),
        },
        passes,
        storer: Storer {
            depth: store_depth,
            takes_halfs: loads_halfs,
            form: store.map(|form| store_form(target, if blue_first { form.blue_first() } else { form })),
            forward: Forward::new(target.color, blue_first),
            dithered,
        },
        kept: Default::default(),
    })
}

/// Half floats are 16 bits; Y'CbCr needs a form unless it is 8 bits to 8.
fn check_form(what: &str, shape: &FrameShape, depth: Depth, given: bool) -> Result<(), KernelError> {
    let format = shape.format;
    if format == Format::Rgba16F && depth == Depth::Eight {
        return refuse(format!("Expected a {what} depth of 16 bits for half floats but received 8"));
    }
    if !format.is_ycbcr() && given {
        return refuse(format!("Expected no form to {what} {format:?} but received one"));
    }
    let exact = format.bits() == 8 && depth == Depth::Eight;
    if format.is_ycbcr() && !exact && !given {
        return refuse(format!("Expected a form to {what} {format:?} at this depth but received none"));
    }
    Ok(())
}

/// Only what is loaded at 16 bits has room for them.
fn check_fractions(depth: Depth, load: Option<&FixedForm>, store: Option<&FixedForm>) -> Result<(), KernelError> {
    let has = |form: Option<&FixedForm>| form.is_some_and(FixedForm::has_fractions);
    if has(store) || (has(load) && depth == Depth::Eight) {
        return refuse("Expected fractions of a form to load 16 bits but received them for another".to_owned());
    }
    Ok(())
}

fn check_halfs(
    source: &FrameShape,
    target: &FrameShape,
    load: Option<&FixedForm>,
    steps: &[Step],
) -> Result<(), KernelError> {
    let (from, to) = (source.format, target.format);
    if !from.is_ycbcr() || to != Format::Rgba16F || !steps.is_empty() {
        let steps = steps.len();
        return refuse(format!(
            "Expected Y'CbCr that becomes half floats without steps but received {from:?} to {to:?} with {steps}"
        ));
    }
    match load.map(FixedForm::shift) {
        Some(HALF_FRACTION_BITS) => Ok(()),
        shift => refuse(format!(
            "Expected a form with a shift of {HALF_FRACTION_BITS} for half floats but received {shift:?}"
        )),
    }
}

fn store_form(target: &FrameShape, form: FixedForm) -> StoreForm {
    let (across, down) = target.format.chroma_steps();
    let location = target.color.chroma_location;
    let cover = |step: usize, cosited: bool| match (step, cosited) {
        (1, _) => Cover::One,
        (_, false) => Cover::Box,
        (_, true) => Cover::Tent,
    };
    StoreForm {
        form,
        largest: (1 << target.format.bits()) - 1,
        across: cover(across, location != ChromaLocation::Center),
        down: cover(down, location == ChromaLocation::TopLeft),
    }
}

struct Compiler<'p> {
    size: (u32, u32),
    depth: Depth,
    passes: Vec<Pass>,
    pictures: &'p mut Vec<PictureSize>,
}

impl Compiler<'_> {
    fn begin(&mut self, turn: Option<Place>) {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        self.passes.push(Pass { turn, steps: Vec::new(), width, height, depth: self.depth });
    }

    fn push(&mut self, step: StepPlan) {
        let pass = self.passes.last_mut().expect("begun");
        pass.steps.push(step);
        (pass.width, pass.height, pass.depth) = (self.size.0 as usize, self.size.1 as usize, self.depth);
    }

    fn add(&mut self, step: Step) -> Result<(), KernelError> {
        let (width, source_width) = (self.size.0 as usize, self.size.0 as usize);
        match step {
            Step::Scale { width, height } => self.scale((width, height)),
            Step::Resample { width, height, horizontal, vertical } => {
                validate_size("resample", width, height)?;
                check_taps(horizontal.as_ref(), self.size.0, width)?;
                check_taps(vertical.as_ref(), self.size.1, height)?;
                self.size = (width, height);
                let (depth, width) = (self.depth, width as usize);
                self.push(StepPlan::Resample { horizontal, vertical, depth, source_width, width });
                Ok(())
            }
            Step::Place(place) => self.place(place),
            Step::ColorMatrix(matrix) => {
                validate_matrix(&matrix)?;
                self.push(StepPlan::ColorMatrix(matrix));
                Ok(())
            }
            Step::Curves(curves) => {
                if curves.from() != self.depth {
                    return refuse(format!(
                        "Expected curves from {} bits but received {}",
                        self.depth.bits(),
                        curves.from().bits()
                    ));
                }
                self.depth = curves.to();
                self.push(StepPlan::Curves { curves, width });
                Ok(())
            }
            Step::Lut3d(cube) => {
                self.push(StepPlan::Lut3d(cube));
                Ok(())
            }
            Step::Overlay { picture, x, y, opacity, mode } => {
                let picture = self.picture(picture)?;
                self.push(StepPlan::Overlay { picture, x, y, opacity, mode });
                Ok(())
            }
            Step::Mix { picture, weights } => self.mix(picture, weights),
        }
    }

    fn scale(&mut self, size: (u32, u32)) -> Result<(), KernelError> {
        validate_size("scale", size.0, size.1)?;
        if self.depth != Depth::Eight {
            return refuse("Expected a bilinear scale of pixels of 8 bits but received 16".to_owned());
        }
        if size != self.size {
            let (plan, source_width) = (ScalePlan::new(self.size, size), self.size.0 as usize);
            self.size = size;
            self.push(StepPlan::Scale { plan, source_width });
        }
        Ok(())
    }

    fn place(&mut self, place: Place) -> Result<(), KernelError> {
        const REACH: i32 = 131_070;
        validate_size("place", place.width, place.height)?;
        if ![place.x, place.y].iter().all(|at| (-REACH..=REACH).contains(at)) {
            return refuse(format!("Expected a place within ±{REACH} but received {}, {}", place.x, place.y));
        }
        if let Some(value) = place.fill.iter().find(|&&value| usize::from(value) >= self.depth.values()) {
            return refuse(format!("Expected a fill of 0 to {} but received {value}", self.depth.values() - 1));
        }
        let source = (self.size.0 as usize, self.size.1 as usize);
        self.size = (place.width, place.height);
        if place.transpose {
            self.begin(Some(place));
        } else {
            self.push(StepPlan::Place { place, source, depth: self.depth });
        }
        Ok(())
    }

    fn mix(&mut self, picture: PictureSize, weights: MixWeights) -> Result<(), KernelError> {
        let index = self.picture(picture)?;
        if (picture.width, picture.height) != self.size {
            return Err(KernelError::Mismatch {
                expected: format!("a picture of {}x{} to mix in", self.size.0, self.size.1),
                actual: format!("{}x{}", picture.width, picture.height),
            });
        }
        let (values, length) = match &weights {
            MixWeights::Columns(values) => (values, self.size.0),
            MixWeights::Rows(values) => (values, self.size.1),
        };
        if values.len() != length as usize || values.iter().any(|&weight| weight > 256) {
            return refuse(format!("Expected {length} weights of 0 to 256 but received {} others", values.len()));
        }
        self.push(StepPlan::Mix { picture: index, weights });
        Ok(())
    }

    fn picture(&mut self, size: PictureSize) -> Result<usize, KernelError> {
        validate_size("overlay", size.width, size.height)?;
        self.pictures.push(size);
        Ok(self.pictures.len() - 1)
    }
}

fn check_taps(taps: Option<&Taps>, source: u32, target: u32) -> Result<(), KernelError> {
    let (from, to) = taps.map_or((source, source as usize), |taps| (taps.source(), taps.len()));
    if (from, to) == (source, target as usize) {
        return Ok(());
    }
    refuse(format!("Expected weights from {source} to {target} samples but received them from {from} to {to}"))
}
