use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::pages::Pages;

/// Pages that calls find by their addresses for as long as they are mapped.
///
/// JavaScript can let go of a buffer at any time (`transfer()` frees it at once, under a call that is using it).
/// Whoever follows an address into one of ours holds the pages as well, so they are unmapped after that.
pub struct Mapped {
    pages: Pages,
}

/// What a buffer of JavaScript's is known by. Never used again, as addresses are.
pub type Key = usize;

/// Called when a buffer was collected or detached by JavaScript, and not [`forget`]-ten before, nor gone with its environment.
pub type Gone = Box<dyn FnOnce(Key) + Send>;

/// What a buffer of JavaScript's keeps alive; for dropping after the lock is let go of.
pub struct Share {
    pub pages: Arc<Mapped>,
    pub gone: Option<Gone>,
}

#[derive(Default)]
struct Living {
    /// By the first address.
    mapped: BTreeMap<usize, Entry>,
    shares: HashMap<Key, Share>,
    last: Key,
}

struct Entry {
    length: usize,
    pages: Weak<Mapped>,
    /// The buffer that is all there is of them.
    buffer: Option<Key>,
}

static LIVING: Mutex<Option<Living>> = Mutex::new(None);

/// Nothing that may be the last owner of pages is dropped under this lock: its end takes the lock too.
fn with<T>(work: impl FnOnce(&mut Living) -> T) -> T {
    let mut living: MutexGuard<'static, Option<Living>> = LIVING.lock().unwrap_or_else(PoisonError::into_inner);
    work(living.get_or_insert_default())
}

impl Mapped {
    /// Makes pages known, until the last owner is dropped.
    pub fn new(pages: Pages) -> Arc<Self> {
        let mapped = Arc::new(Self { pages });
        let entry = Entry { length: mapped.pages.len(), pages: Arc::downgrade(&mapped), buffer: None };
        with(|living| living.mapped.insert(mapped.pages.start() as usize, entry));
        mapped
    }

    pub fn start(&self) -> *mut u8 {
        self.pages.start()
    }

    pub fn len(&self) -> usize {
        self.pages.len()
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // Before the pages are unmapped, and so before others can be mapped there.
        with(|living| living.mapped.remove(&(self.pages.start() as usize)));
    }
}

/// Keeps pages for one of the buffers over them, until [`leave`] or [`forget`].
pub fn enter(pages: Arc<Mapped>, gone: Option<Gone>) -> Key {
    with(|living| {
        living.last += 1;
        living.shares.insert(living.last, Share { pages, gone });
        living.last
    })
}

/// As [`enter`], for a buffer that is the only one the pages ever get.
pub fn enter_alone(pages: Arc<Mapped>) -> Key {
    let start = pages.start() as usize;
    let key = enter(pages, None);
    with(|living| {
        if let Some(entry) = living.mapped.get_mut(&start) {
            entry.buffer = Some(key);
        }
    });
    key
}

/// The buffer is gone; the pages follow when nobody holds them, and when what comes back is dropped.
pub fn leave(key: Key) -> Option<Share> {
    with(|living| living.shares.remove(&key))
}

/// As [`leave`], without telling anybody; for buffers that its caller has detached.
pub fn forget(key: Key) -> Option<Arc<Mapped>> {
    leave(key).map(|share| share.pages)
}

/// The only buffer of exactly these pages, while it lives.
pub fn alone_at(range: Range<usize>) -> Option<Key> {
    with(|living| {
        let entry = living.mapped.get(&range.start)?;
        let key = entry.buffer.filter(|key| living.shares.contains_key(key))?;
        (range.len() == entry.length).then_some(key)
    })
}

/// The pages that an address range lies in; none for memory of JavaScript's own.
pub fn hold(range: Range<usize>) -> Option<Arc<Mapped>> {
    with(|living| {
        let (start, entry) = living.mapped.range(..=range.start).next_back()?;
        if range.end <= start + entry.length { entry.pages.upgrade() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::pages::{Pages, Wishes};
    use super::{Mapped, alone_at, enter, enter_alone, forget, hold, leave};

    fn mapped(length: usize) -> (usize, Arc<Mapped>) {
        let pages = Mapped::new(Pages::map(length, Wishes::default()).unwrap());
        (pages.start() as usize, pages)
    }

    #[test]
    fn pages_live_as_long_as_somebody_holds_them() {
        let (start, pages) = mapped(10_000);
        let key = enter_alone(pages);
        assert!(hold(start..start + 10_001).is_none());
        assert!(hold(start + 10_000..start + 10_001).is_none());
        let held = hold(start + 5_000..start + 10_000).unwrap();
        drop(leave(key));
        assert!(leave(key).is_none());
        // SAFETY: the pages are held, so they are mapped.
        unsafe { held.start().add(9_999).write(1) };
        drop(held);
        assert!(hold(start..start + 1).is_none());
    }

    #[test]
    fn a_buffer_that_shares_its_pages_is_not_alone() {
        let (start, pages) = mapped(8192);
        let key = enter(pages, None);
        assert_eq!(alone_at(start..start + 8192), None);
        drop(leave(key));

        let (start, pages) = mapped(8192);
        let key = enter_alone(pages);
        assert_eq!(alone_at(start..start + 8191), None);
        assert_eq!(alone_at(start + 1..start + 8192), None);
        assert_eq!(alone_at(start..start + 8192), Some(key));
        let held = hold(start..start + 1);
        drop(leave(key));
        assert_eq!(alone_at(start..start + 8192), None);
        drop(held);
    }

    #[test]
    fn who_forgets_a_buffer_is_not_told_of_its_end() {
        static TOLD: AtomicUsize = AtomicUsize::new(0);
        let (_, pages) = mapped(4096);
        let tell = |key| TOLD.store(key, Ordering::Relaxed);
        let first = enter(Arc::clone(&pages), Some(Box::new(tell)));
        let second = enter(pages, Some(Box::new(tell)));
        drop(forget(first));
        assert!(leave(first).is_none());
        let share = leave(second).unwrap();
        share.gone.unwrap()(second);
        assert_eq!(TOLD.load(Ordering::Relaxed), second);
    }
}
