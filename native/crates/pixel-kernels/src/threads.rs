//! Where the work runs: on the calling thread, alone or with others that wait for it.

use crate::error::KernelError;
use std::sync::{Mutex, PoisonError};

/// A number of threads to split frames over, the calling one included. Reuse one for all the frames: starting threads
/// costs more than a frame.
#[derive(Debug)]
pub struct Threads {
    /// All but the calling thread.
    others: Option<rayon::ThreadPool>,
}

impl Threads {
    /// `count` threads (at least 1): those that call `process` and `count - 1` others, which wait for them.
    ///
    /// # Errors
    /// [`KernelError::Threads`] when the system refuses to start them.
    pub fn new(count: usize) -> Result<Self, KernelError> {
        if count <= 1 {
            return Ok(Self::inline());
        }
        let others = rayon::ThreadPoolBuilder::new()
            .num_threads(count - 1)
            .thread_name(|index| format!("framerail-{index}"))
            .build()
            .map_err(|error| KernelError::Threads { message: error.to_string() })?;
        Ok(Self { others: Some(others) })
    }

    /// No thread but the calling one.
    pub const fn inline() -> Self {
        Self { others: None }
    }

    /// How many threads work on a frame.
    pub fn count(&self) -> usize {
        1 + self.others.as_ref().map_or(0, rayon::ThreadPool::current_num_threads)
    }

    /// Works on all items, each thread taking the next when it is done with one: the calling thread begins at once,
    /// and does what the others, which may have to be woken or share their core, don't get to.
    pub(crate) fn for_each<T: Send>(&self, items: Vec<T>, work: impl Fn(T) + Sync) {
        let Some(others) = &self.others else {
            return items.into_iter().for_each(work);
        };
        let helpers = others.current_num_threads().min(items.len().saturating_sub(1));
        let queue = Mutex::new(items.into_iter());
        let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let drain = || {
            while let Some(item) = take() {
                work(item);
            }
        };
        others.in_place_scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(|_| drain());
            }
            drain();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn every_item_is_worked_on_once() {
        for count in 0..6 {
            let threads = Threads::new(count).expect("threads");
            assert_eq!(threads.count(), count.max(1));
            let seen: Vec<_> = (0..50).map(|_| AtomicU32::new(0)).collect();
            threads.for_each((0..50).collect(), |item: usize| {
                seen[item].fetch_add(1, Ordering::Relaxed);
            });
            threads.for_each(Vec::new(), |item: usize| panic!("there is no item {item}"));
            assert!(seen.iter().all(|times| times.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn a_panic_reaches_the_caller() {
        let threads = Threads::new(3).expect("threads");
        let work = || threads.for_each((0..20).collect(), |item: i32| assert_ne!(item, 13));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
        threads.for_each(vec![1], |item: i32| assert_eq!(item, 1));
    }
}
