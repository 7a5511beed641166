use crate::error::KernelError;

/// What a code table comes down to, where that is simpler than looking up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mapping {
    /// `code << 2`: 8 bits to 10 of limited range.
    Up,
    /// `min((code + half) >> shift, the largest)`: 10 bits to 8 of limited range, or 12 to either, by 2 or 4.
    Down(u32),
    Table,
}

/// A target code for every source code of a component, or for every value of 12 bits where it was resampled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    table: Vec<u16>,
    mapping: Mapping,
}

impl Codes {
    /// A table of 256, 1024 or 4096 entries, as many as there are values to look up, each at most `largest`.
    ///
    /// # Errors
    /// [`KernelError::Operation`] otherwise.
    pub fn new(table: Vec<u16>, entries: usize, largest: u16) -> Result<Self, KernelError> {
        let wrong = table.iter().find(|&&code| code > largest);
        if table.len() != entries || wrong.is_some() {
            let received = wrong.map_or(format!("{} entries", table.len()), |code| format!("{code}"));
            let message = format!("Expected {entries} codes of 0 to {largest} but received {received}");
            return Err(KernelError::Operation { message });
        }
        let maps = |mapping: &dyn Fn(usize) -> usize| {
            table.iter().enumerate().all(|(code, &to)| usize::from(to) == mapping(code))
        };
        let mapping = if maps(&|code| code << 2) {
            Mapping::Up
        } else {
            let down =
                |shift: u32| move |code: usize| ((code + (1 << (shift - 1))) >> shift).min((entries >> shift) - 1);
            let shift = [2, 4].into_iter().find(|&shift| entries > 256 && maps(&down(shift)));
            shift.map_or(Mapping::Table, Mapping::Down)
        };
        Ok(Self { table, mapping })
    }

    pub(crate) fn table(&self) -> &[u16] {
        &self.table
    }

    pub(crate) fn mapping(&self) -> Mapping {
        self.mapping
    }
}
