use crate::error::KernelError;

/// Nodes of a colour cube.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cube {
    size: usize,
    /// A fourth number each, so that a node is one word of memory; after the last node as many zeros as the longest
    /// way of steps without a remainder is long.
    entries: Vec<[u16; 4]>,
}

impl Cube {
    /// `entries` are 16-bit R, G, B of every node, red changing fastest.
    ///
    /// # Errors
    /// [`KernelError::Operation`] for a size outside 2..=129, or another number of entries than `3 · size³`.
    pub fn new(size: usize, entries: &[u16]) -> Result<Self, KernelError> {
        if !(2..=129).contains(&size) || entries.len() != 3 * size * size * size {
            let message = format!(
                "Expected a cube of 2 to 129 nodes a side with three numbers each but received size {size} with {} numbers",
                entries.len()
            );
            return Err(KernelError::Operation { message });
        }
        let beyond = std::iter::repeat_n([0; 4], 1 + size + size * size);
        let entries = entries.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2], 0]).chain(beyond).collect();
        Ok(Self { size, entries })
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn entries(&self) -> &[[u16; 4]] {
        &self.entries
    }
}
