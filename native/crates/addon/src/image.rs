use napi::bindgen_prelude::Unknown;
use pixel_kernels::{ChromaLocation, Color, Format, Image, ImageMut, KernelError, Matrix, Plane};

use crate::argument::Argument;
use crate::bytes::Bytes;
use crate::failure::{Failure, INVALID_ARGUMENT, OUT_OF_MEMORY, Outcome, UNSUPPORTED};

/// As `PixelFormat` of media-types names them.
pub const FORMATS: [(&str, Format); 11] = [
    ("RGBA", Format::Rgba),
    ("BGRA", Format::Bgra),
    ("RGBA16F", Format::Rgba16F),
    ("NV12", Format::Nv12),
    ("I420", Format::I420),
    ("I422", Format::I422),
    ("I444", Format::I444),
    ("P010", Format::P010),
    ("I420P10", Format::I420P10),
    ("YUY2", Format::Yuy2),
    ("UYVY", Format::Uyvy),
];
const MATRICES: [(&str, Matrix); 3] =
    [("smpte170m", Matrix::Bt601), ("bt709", Matrix::Bt709), ("bt2020-ncl", Matrix::Bt2020)];
const CHROMA_LOCATIONS: [(&str, ChromaLocation); 3] =
    [("left", ChromaLocation::Left), ("center", ChromaLocation::Center), ("topleft", ChromaLocation::TopLeft)];

/// The largest width and height of the kernels, in pixels.
pub const MAX_SIZE: i64 = 65535;
/// Far more than memory has, and exact in a double.
const MAX_BYTES: i64 = 1 << 47;

/// A `NativeImage`, read out of its object; its layout is checked by the kernels.
pub struct ImageArgument {
    pub bytes: Bytes,
    shape: Shape,
}

/// An image without its memory.
#[derive(Clone, Copy)]
pub struct Shape {
    format: Format,
    width: u32,
    height: u32,
    planes: [Plane; 3],
}

/// The memory of an image and its shape, to make a kernel's image of.
#[derive(Clone, Copy)]
pub struct RawImage {
    start: *mut u8,
    length: usize,
    shape: Shape,
}

// SAFETY: an address and numbers; `read` and `write` say what must hold when it is followed.
unsafe impl Send for RawImage {}

impl ImageArgument {
    pub fn from_value(value: Unknown<'_>, name: &str) -> Outcome<Self> {
        Self::from_argument(&Argument::new(value, name))
    }

    pub fn from_argument(argument: &Argument<'_>) -> Outcome<Self> {
        let format = argument.field("format")?.choice(&FORMATS)?;
        let width = argument.field("width")?.integer(1..=MAX_SIZE)? as u32;
        let height = argument.field("height")?.integer(1..=MAX_SIZE)? as u32;
        let planes = planes_of(&argument.field("planes")?, format)?;
        let bytes = Bytes::from_argument(&argument.field("data")?)?;
        Ok(Self { bytes, shape: Shape { format, width, height, planes } })
    }

    /// A picture of tightly packed RGBA.
    pub fn picture(bytes: Bytes, width: u32, height: u32) -> Self {
        let planes = [Plane { offset: 0, stride: 4 * width as usize }, Plane::default(), Plane::default()];
        Self { bytes, shape: Shape { format: Format::Rgba, width, height, planes } }
    }

    pub fn raw(&self) -> RawImage {
        RawImage { start: self.bytes.start(), length: self.bytes.len(), shape: self.shape }
    }
}

fn planes_of(argument: &Argument<'_>, format: Format) -> Outcome<[Plane; 3]> {
    let count = format.plane_count();
    let given = argument.elements(4)?;
    if given.len() < count {
        return Err(Failure::argument(
            format!("{count} planes for {} of an image in {format:?}", argument.name()),
            given.len(),
        ));
    }
    let mut planes = [Plane::default(); 3];
    for (plane, argument) in planes.iter_mut().zip(given.iter().take(count)) {
        plane.offset = argument.field("offset")?.integer(0..=MAX_BYTES)? as usize;
        plane.stride = argument.field("stride")?.integer(0..=MAX_BYTES)? as usize;
    }
    Ok(planes)
}

impl RawImage {
    /// # Safety
    /// The memory must live as long as the result, under a loan for reading.
    pub unsafe fn read<'a>(self) -> Image<'a> {
        let Shape { format, width, height, planes } = self.shape;
        // SAFETY: the caller's promise. The kernels read bytes as numbers only, so a byte that JavaScript
        // changes against the contract is a wrong pixel and nothing worse.
        let data = unsafe { std::slice::from_raw_parts(self.start(), self.length) };
        Image { data, format, width, height, planes }
    }

    /// # Safety
    /// The memory must live as long as the result, under a loan for writing.
    pub unsafe fn write<'a>(self) -> ImageMut<'a> {
        let Shape { format, width, height, planes } = self.shape;
        // SAFETY: as for `read`; the loan keeps every other slice of the addon's away.
        let data = unsafe { std::slice::from_raw_parts_mut(self.start(), self.length) };
        ImageMut { data, format, width, height, planes }
    }

    /// Node-API gives a null address for an empty array, which a slice may not have.
    fn start(&self) -> *mut u8 {
        if self.length == 0 { std::ptr::NonNull::dangling().as_ptr() } else { self.start }
    }
}

/// A `NativeColor`, read out of its object.
pub fn color_of(argument: &Argument<'_>) -> Outcome<Color> {
    Ok(Color {
        matrix: argument.field("matrix")?.choice(&MATRICES)?,
        full_range: argument.field("fullRange")?.flag()?,
        chroma_location: argument.field("chromaLocation")?.choice(&CHROMA_LOCATIONS)?,
    })
}

/// The kernels' refusals as failures of the call.
pub fn failure_of(error: &KernelError) -> Failure {
    let code = match error {
        KernelError::InstructionSet { .. } => UNSUPPORTED,
        KernelError::Threads { .. } => "E_THREADS",
        KernelError::Memory { .. } => OUT_OF_MEMORY,
        _ => INVALID_ARGUMENT,
    };
    Failure::new(code, error.to_string())
}
