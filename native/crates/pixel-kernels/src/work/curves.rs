use crate::error::KernelError;

/// Bits of a pixel's channels between source and target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// 1.0 is 255.
    Eight,
    /// 1.0 is 65,535.
    Sixteen,
}

impl Depth {
    /// 8 or 16.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Eight => 8,
            Self::Sixteen => 16,
        }
    }

    /// Values that a channel has.
    pub const fn values(self) -> usize {
        match self {
            Self::Eight => 256,
            Self::Sixteen => 65536,
        }
    }
}

/// A table for each of R, G and B; alpha goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curves {
    from: Depth,
    to: Depth,
    tables: [Vec<u16>; 3],
}

impl Curves {
    /// # Errors
    /// [`KernelError::Operation`] unless each table has an entry for every value of `from`, inside the values of `to`.
    pub fn new(from: Depth, to: Depth, tables: [Vec<u16>; 3]) -> Result<Self, KernelError> {
        for table in &tables {
            let beyond = table.iter().find(|&&value| usize::from(value) >= to.values());
            if table.len() != from.values() || beyond.is_some() {
                let received = beyond.map_or(format!("{} entries", table.len()), |value| value.to_string());
                let message = format!(
                    "Expected a curve of {} entries of 0 to {} but received {received}",
                    from.values(),
                    to.values() - 1
                );
                return Err(KernelError::Operation { message });
            }
        }
        Ok(Self { from, to, tables })
    }

    /// Depth of what comes in.
    pub fn from(&self) -> Depth {
        self.from
    }

    /// Depth of what goes out.
    pub fn to(&self) -> Depth {
        self.to
    }

    pub(crate) fn tables(&self) -> &[Vec<u16>; 3] {
        &self.tables
    }
}
