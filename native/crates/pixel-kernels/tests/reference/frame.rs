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

    /// Cb (0) or Cr (1); coordinates outside repeat the edge.
    pub fn chroma(&self, component: usize, cx: i64, cy: i64) -> u8 {
        let x = cx.clamp(0, self.width.div_ceil(2) as i64 - 1) as usize;
        let y = cy.clamp(0, self.height.div_ceil(2) as i64 - 1) as usize;
        if self.format == Format::Nv12 {
            self.sample(1, 2 * x + component, y)
        } else {
            self.sample(1 + component, x, y)
        }
    }

    pub fn set_chroma(&mut self, cx: usize, cy: usize, cb: u8, cr: u8) {
        if self.format == Format::Nv12 {
            self.set(1, 2 * cx, cy, cb);
            self.set(1, 2 * cx + 1, cy, cr);
        } else {
            self.set(1, cx, cy, cb);
            self.set(2, cx, cy, cr);
        }
    }

    /// The same Y'CbCr samples in the planes of another 4:2:0 format.
    pub fn with_planes_of(&self, format: Format) -> Self {
        let mut out = Self::new(format, self.width, self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                out.set(0, x, y, self.sample(0, x, y));
                let (cx, cy) = ((x / 2) as i64, (y / 2) as i64);
                out.set_chroma(x / 2, y / 2, self.chroma(0, cx, cy), self.chroma(1, cx, cy));
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
