/// The pixel formats, named as WebCodecs names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One plane, bytes R G B A.
    Rgba,
    /// One plane, bytes B G R A.
    Bgra,
    /// One plane, IEEE 754 half floats R G B A, little endian.
    Rgba16F,
    /// 4:2:0, a plane of Y and one of Cb and Cr in turn.
    Nv12,
    /// 4:2:0, a plane each of Y, Cb and Cr.
    I420,
    /// 4:2:2, a plane each of Y, Cb and Cr.
    I422,
    /// 4:4:4, a plane each of Y, Cb and Cr.
    I444,
    /// As [`Self::Nv12`] with codes of 10 bits in the upper bits of 16-bit words, little endian.
    P010,
    /// As [`Self::I420`] with codes of 10 bits in the lower bits of 16-bit words, little endian.
    I420P10,
    /// 4:2:2, one plane, bytes Y0 Cb Y1 Cr for every two pixels.
    Yuy2,
    /// 4:2:2, one plane, bytes Cb Y0 Cr Y1 for every two pixels.
    Uyvy,
}

impl Format {
    /// Number of planes.
    pub const fn plane_count(self) -> usize {
        match self {
            Self::Rgba | Self::Bgra | Self::Rgba16F | Self::Yuy2 | Self::Uyvy => 1,
            Self::Nv12 | Self::P010 => 2,
            Self::I420 | Self::I422 | Self::I444 | Self::I420P10 => 3,
        }
    }

    /// Bytes of a row and number of rows of a plane of a `width`×`height` image; odd sizes round chroma up.
    pub const fn plane_size(self, plane: usize, width: u32, height: u32) -> (usize, usize) {
        let (width, height) = (width as usize, height as usize);
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        match (self, plane) {
            (Self::Rgba | Self::Bgra, _) => (width * 4, height),
            (Self::Rgba16F, _) => (width * 8, height),
            (Self::Yuy2 | Self::Uyvy, _) => (half_width * 4, height),
            (Self::P010 | Self::I420P10, 0) => (width * 2, height),
            (_, 0) => (width, height),
            (Self::Nv12, _) => (half_width * 2, half_height),
            (Self::I420, _) => (half_width, half_height),
            (Self::I422, _) => (half_width, height),
            (Self::I444, _) => (width, height),
            (Self::P010, _) => (half_width * 4, half_height),
            (Self::I420P10, _) => (half_width * 2, half_height),
        }
    }

    /// Whether the samples are Y'CbCr.
    pub const fn is_ycbcr(self) -> bool {
        !matches!(self, Self::Rgba | Self::Bgra | Self::Rgba16F)
    }

    /// Bits of a sample: 8, 10, or 16 for half floats.
    pub const fn bits(self) -> u32 {
        match self {
            Self::P010 | Self::I420P10 => 10,
            Self::Rgba16F => 16,
            _ => 8,
        }
    }

    /// Pixels to a chroma sample, along rows and along columns; 1 for RGB.
    pub const fn chroma_steps(self) -> (usize, usize) {
        match self {
            Self::Nv12 | Self::I420 | Self::P010 | Self::I420P10 => (2, 2),
            Self::I422 | Self::Yuy2 | Self::Uyvy => (2, 1),
            Self::Rgba | Self::Bgra | Self::Rgba16F | Self::I444 => (1, 1),
        }
    }

    /// Whether luma and chroma share their plane.
    pub(crate) const fn is_packed_ycbcr(self) -> bool {
        matches!(self, Self::Yuy2 | Self::Uyvy)
    }

    /// Columns and rows of luma (component 0) or chroma.
    pub(crate) const fn component_size(self, component: usize, width: u32, height: u32) -> (usize, usize) {
        let (width, height) = (width as usize, height as usize);
        let (across, down) = if component == 0 { (1, 1) } else { self.chroma_steps() };
        (width.div_ceil(across), height.div_ceil(down))
    }
}
