use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::pages::Pages;

/// Every mapping that a JavaScript buffer has, by its first address.
///
/// JavaScript can let go of a buffer at any time (`transfer()` frees it at once, under a call that is using it).
/// Whoever follows an address into one of ours holds the pages as well, so they are unmapped after that.
static LIVING: Mutex<BTreeMap<usize, Arc<Pages>>> = Mutex::new(BTreeMap::new());

fn living() -> MutexGuard<'static, BTreeMap<usize, Arc<Pages>>> {
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Enters pages, until [`leave`].
pub fn enter(pages: Pages) -> usize {
    let start = pages.start() as usize;
    living().insert(start, Arc::new(pages));
    start
}

/// The buffer is gone; the pages follow when nobody holds them, and when what comes back is dropped: for after the lock.
pub fn leave(start: usize) -> Option<Arc<Pages>> {
    living().remove(&start)
}

/// The pages that an address range lies in; none for memory of JavaScript's own.
pub fn hold(range: Range<usize>) -> Option<Arc<Pages>> {
    let living = living();
    let (start, pages) = living.range(..=range.start).next_back()?;
    (range.end <= start + pages.len()).then(|| Arc::clone(pages))
}

#[cfg(test)]
mod tests {
    use super::super::pages::{Pages, Wishes};
    use super::{enter, hold, leave};

    #[test]
    fn pages_live_as_long_as_somebody_holds_them() {
        let start = enter(Pages::map(10_000, Wishes::default()).unwrap());
        assert!(hold(start..start + 10_001).is_none());
        assert!(hold(start + 10_000..start + 10_001).is_none());
        let held = hold(start + 5_000..start + 10_000).unwrap();
        drop(leave(start));
        assert!(hold(start..start + 1).is_none());
        // SAFETY: the pages are held, so they are mapped.
        unsafe { held.start().add(9_999).write(1) };
    }
}
