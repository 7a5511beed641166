//! Where the work runs: on the calling thread, or on a pool of its own.

use crate::error::KernelError;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// A number of threads to split frames over. Reuse one for all the frames: starting threads costs more than a frame.
#[derive(Debug)]
pub struct Threads {
    pool: Option<rayon::ThreadPool>,
}

impl Threads {
    /// A pool of `count` threads (at least 1); the caller of `process` waits for them.
    ///
    /// # Errors
    /// [`KernelError::Threads`] when the system refuses to start them.
    pub fn new(count: usize) -> Result<Self, KernelError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(count.max(1))
            .thread_name(|index| format!("framerail-{index}"))
            .build()
            .map_err(|error| KernelError::Threads { message: error.to_string() })?;
        Ok(Self { pool: Some(pool) })
    }

    /// No thread but the calling one.
    pub const fn inline() -> Self {
        Self { pool: None }
    }

    /// How many threads work on a frame.
    pub fn count(&self) -> usize {
        self.pool.as_ref().map_or(1, rayon::ThreadPool::current_num_threads)
    }

    pub(crate) fn for_each<T: Send>(&self, items: Vec<T>, work: impl Fn(T) + Send + Sync) {
        match &self.pool {
            Some(pool) => pool.install(|| items.into_par_iter().for_each(work)),
            None => items.into_iter().for_each(work),
        }
    }
}
