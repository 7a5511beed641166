//! Frames that own their memory, with any strides and offsets, and guard bytes around their rows.

use pixel_kernels::{Format, Image, ImageMut, Plane};

#[derive(Clone, Debug)]
pub struct Frame {
    pub format: Format,
    pub width: usize,
    pub height: usize,
    pub planes: [Plane; 3],
    pub data: Vec<u8>,
}

impl Frame {
    /// Tightly packed, zeros.
    pub fn new(format: Format, width: usize, height: usize) -> Self {
        Self::with_padding(format, width, height, 0, 0)
    }

    /// `gap` bytes before, between and after planes, `padding` after each row.
    pub fn with_padding(format: Format, width: usize, height: usize, gap: usize, padding: usize) -> Self {
        let mut planes = [Plane::default(); 3];
        let mut offset = gap;
        for (index, plane) in planes.iter_mut().enumerate().take(format.plane_count()) {
            let (row_bytes, rows) = format.plane_size(index, width as u32, height as u32);
            *plane = Plane { offset, stride: row_bytes + padding };
            offset += (row_bytes + padding) * rows + gap;
        }
        Self { format, width, height, planes, data: vec![0; offset] }
    }

    pub fn of(image: &Image) -> Self {
        let (width, height) = (image.width as usize, image.height as usize);
        Self { format: image.format, width, height, planes: image.planes, data: image.data.to_vec() }
    }

    /// Fills everything, padding included, with bytes that depend on `seed` alone.
    pub fn randomized(mut self, seed: u64) -> Self {
        let mut state = seed;
        for byte in &mut self.data {
            *byte = random_byte(&mut state);
        }
        self
    }

    pub fn image(&self) -> Image<'_> {
        Image {
            data: &self.data,
            format: self.format,
            width: self.width as u32,
            height: self.height as u32,
            planes: self.planes,
        }
    }

    pub fn image_mut(&mut self) -> ImageMut<'_> {
        ImageMut {
            data: &mut self.data,
            format: self.format,
            width: self.width as u32,
            height: self.height as u32,
            planes: self.planes,
        }
    }

    pub fn sample(&self, plane: usize, x: usize, y: usize) -> u8 {
        self.data[self.planes[plane].offset + y * self.planes[plane].stride + x]
    }

    pub fn set(&mut self, plane: usize, x: usize, y: usize, value: u8) {
        self.data[self.planes[plane].offset + y * self.planes[plane].stride + x] = value;
    }

    /// Plane and byte in its row of a sample of Y (0), Cb (1) or Cr (2) of 8 bits.
    fn place(&self, component: usize, x: usize) -> (usize, usize) {
        match (self.format, component) {
            (Format::Nv12, 0) => (0, x),
            (Format::Nv12, _) => (1, 2 * x + component - 1),
            (Format::Yuy2, 0) => (0, 2 * x),
            (Format::Yuy2, _) => (0, 4 * x + 2 * component - 1),
            (Format::Uyvy, 0) => (0, 2 * x + 1),
            (Format::Uyvy, _) => (0, 4 * x + 2 * component - 2),
            (_, component) => (component, x),
        }
    }

    pub fn luma(&self, x: usize, y: usize) -> u8 {
        let (plane, byte) = self.place(0, x);
        self.sample(plane, byte, y)
    }

    pub fn set_luma(&mut self, x: usize, y: usize, value: u8) {
        let (plane, byte) = self.place(0, x);
        self.set(plane, byte, y, value);
        if matches!(self.format, Format::Yuy2 | Format::Uyvy) && x + 1 == self.width && x.is_multiple_of(2) {
            // The second luma of a macropixel that ends outside repeats the first.
            self.set(plane, byte + 2, y, value);
        }
    }

    /// Columns and rows of chroma.
    pub fn chroma_size(&self) -> (usize, usize) {
        let (across, down) = self.format.chroma_steps();
        (self.width.div_ceil(across), self.height.div_ceil(down))
    }

    /// Cb (0) or Cr (1); coordinates outside repeat the edge.
    pub fn chroma(&self, component: usize, cx: i64, cy: i64) -> u8 {
        let (width, height) = self.chroma_size();
        let x = cx.clamp(0, width as i64 - 1) as usize;
        let y = cy.clamp(0, height as i64 - 1) as usize;
        let (plane, byte) = self.place(1 + component, x);
        self.sample(plane, byte, y)
    }

    pub fn set_chroma(&mut self, cx: usize, cy: usize, cb: u8, cr: u8) {
        for (component, value) in [(1, cb), (2, cr)] {
            let (plane, byte) = self.place(component, cx);
            self.set(plane, byte, cy, value);
        }
    }

    /// The same Y'CbCr samples in another format with chroma of the same size.
    pub fn with_planes_of(&self, format: Format) -> Self {
        let mut out = Self::new(format, self.width, self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                out.set_luma(x, y, self.luma(x, y));
            }
        }
        let (width, height) = self.chroma_size();
        for cy in 0..height {
            for cx in 0..width {
                let [cb, cr] = [0, 1].map(|component| self.chroma(component, cx as i64, cy as i64));
                out.set_chroma(cx, cy, cb, cr);
            }
        }
        out
    }

    /// All samples in order, without padding.
    pub fn samples(&self) -> Vec<u8> {
        let mut samples = Vec::new();
        for plane in 0..self.format.plane_count() {
            let (row_bytes, rows) = self.format.plane_size(plane, self.width as u32, self.height as u32);
            for y in 0..rows {
                samples.extend((0..row_bytes).map(|x| self.sample(plane, x, y)));
            }
        }
        samples
    }

    /// The bytes outside the rows, in order.
    pub fn guards(&self) -> Vec<u8> {
        let mut inside = vec![false; self.data.len()];
        for plane in 0..self.format.plane_count() {
            let (row_bytes, rows) = self.format.plane_size(plane, self.width as u32, self.height as u32);
            for y in 0..rows {
                let start = self.planes[plane].offset + y * self.planes[plane].stride;
                inside[start..start + row_bytes].fill(true);
            }
        }
        self.data.iter().zip(inside).filter(|(_, inside)| !inside).map(|(byte, _)| *byte).collect()
    }
}

/// A byte from splitmix64; one in eight is 0 or 255, so that clamping is met.
pub fn random_byte(state: &mut u64) -> u8 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    match z >> 60 {
        0 => 0,
        1 => 255,
        _ => z as u8,
    }
}
