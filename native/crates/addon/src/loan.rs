use std::sync::{Arc, Mutex, MutexGuard};

use crate::bytes::Bytes;
use crate::failure::{BUFFER_BUSY, Failure, Outcome};
use crate::memory::{self, Mapped};

/// How a call uses memory until it settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
}

/// Memory of JavaScript's that a call under way uses. While it lives, no other call gets the same bytes if
/// one of the two writes them: the slices that the kernels work on never alias, whatever JavaScript asks for.
pub struct Loan {
    ranges: Vec<Range>,
    /// What of it is the addon's own memory, which JavaScript can't take away then.
    _pages: Vec<Arc<Mapped>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    start: usize,
    end: usize,
    access: Access,
}

/// All loans of the process: JavaScript's threads share memory, so they share the list. It is as long as
/// there are calls under way.
static OUT: Mutex<Vec<Range>> = Mutex::new(Vec::new());

fn out() -> MutexGuard<'static, Vec<Range>> {
    OUT.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Whether a call under way uses any of these bytes.
#[cfg(target_os = "linux")]
pub fn is_out(bytes: std::ops::Range<usize>) -> bool {
    out().iter().any(|other| other.start < bytes.end && bytes.start < other.end)
}

impl Loan {
    pub fn take<'a>(uses: impl IntoIterator<Item = (&'a Bytes, Access)>) -> Outcome<Self> {
        Self::take_ranges(
            uses.into_iter().map(|(bytes, access)| Range::new(bytes.start() as usize, bytes.len(), access)),
        )
    }

    fn take_ranges(ranges: impl IntoIterator<Item = Range>) -> Outcome<Self> {
        let ranges: Vec<Range> = ranges.into_iter().filter(|range| range.start < range.end).collect();
        for (index, range) in ranges.iter().enumerate() {
            if ranges[..index].iter().any(|other| range.conflicts(other)) {
                return Err(Failure::argument(
                    "a target that shares no memory with what is read",
                    "overlapping arrays (give each image its own subarray)",
                ));
            }
        }
        let mut out = out();
        if ranges.iter().any(|range| out.iter().any(|other| range.conflicts(other))) {
            return Err(Failure::new(
                BUFFER_BUSY,
                "Expected memory that no other call uses but received memory that an unsettled process, read or \
                 write still has; await that call first",
            ));
        }
        out.extend(&ranges);
        drop(out);
        let pages = ranges.iter().filter_map(|range| memory::hold(range.start..range.end)).collect();
        Ok(Self { ranges, _pages: pages })
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let mut out = out();
        for range in &self.ranges {
            if let Some(index) = out.iter().position(|other| other == range) {
                out.swap_remove(index);
            }
        }
    }
}

impl Range {
    fn new(start: usize, length: usize, access: Access) -> Self {
        Self { start, end: start + length, access }
    }

    fn conflicts(&self, other: &Self) -> bool {
        let overlap = self.start < other.end && other.start < self.end;
        overlap && (self.access == Access::Write || other.access == Access::Write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Addresses that no test shares, since the list is the process's.
    fn range(base: usize, from: usize, to: usize, access: Access) -> Range {
        Range::new(base + from, to - from, access)
    }

    #[test]
    fn readers_share_and_a_writer_is_alone() {
        let base = 1 << 20;
        let first = Loan::take_ranges([range(base, 0, 100, Access::Read)]).unwrap();
        let second = Loan::take_ranges([range(base, 50, 150, Access::Read)]).unwrap();
        let refused = Loan::take_ranges([range(base, 99, 120, Access::Write)]);
        assert_eq!(refused.err().map(|failure| failure.code), Some(BUFFER_BUSY));
        drop((first, second));
        let writer = Loan::take_ranges([range(base, 0, 150, Access::Write)]).unwrap();
        assert!(Loan::take_ranges([range(base, 149, 151, Access::Read)]).is_err());
        assert!(Loan::take_ranges([range(base, 150, 151, Access::Read)]).is_ok());
        drop(writer);
    }

    #[test]
    fn one_call_cannot_write_what_it_reads() {
        let base = 2 << 20;
        let both = [range(base, 0, 10, Access::Read), range(base, 9, 20, Access::Write)];
        assert_eq!(Loan::take_ranges(both).err().map(|failure| failure.code), Some("E_INVALID_ARGUMENT"));
        assert!(Loan::take_ranges([range(base, 0, 20, Access::Write)]).is_ok());
    }

    #[test]
    fn equal_loans_are_counted() {
        let base = 3 << 20;
        let first = Loan::take_ranges([range(base, 0, 10, Access::Read)]).unwrap();
        let second = Loan::take_ranges([range(base, 0, 10, Access::Read)]).unwrap();
        drop(first);
        assert!(Loan::take_ranges([range(base, 0, 10, Access::Write)]).is_err());
        drop(second);
        assert!(Loan::take_ranges([range(base, 0, 10, Access::Write)]).is_ok());
    }

    #[test]
    fn empty_ranges_conflict_with_nothing() {
        let base = 4 << 20;
        let _whole = Loan::take_ranges([range(base, 0, 10, Access::Write)]).unwrap();
        assert!(Loan::take_ranges([range(base, 5, 5, Access::Write)]).is_ok());
    }
}
