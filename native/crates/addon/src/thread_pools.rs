use std::sync::{Arc, Mutex, PoisonError};

use pixel_kernels::Threads;

use crate::failure::{Failure, Outcome};

/// Programs use one or two counts; an older pool ends when the last call that uses it does.
const KEPT: usize = 4;

static POOLS: Mutex<Vec<(usize, Arc<Threads>)>> = Mutex::new(Vec::new());

/// The threads that frames are split over: started once for each count.
pub fn of(count: usize) -> Outcome<Arc<Threads>> {
    if count <= 1 {
        return Ok(Arc::new(Threads::inline()));
    }
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(index) = pools.iter().position(|(size, _)| *size == count) {
        let found = pools.remove(index);
        let threads = Arc::clone(&found.1);
        pools.insert(0, found);
        return Ok(threads);
    }
    napi::bindgen_prelude::retain_current_module_for_unload_safety();
    let threads = Arc::new(Threads::new(count).map_err(|error| Failure::new("E_THREADS", error.to_string()))?);
    pools.insert(0, (count, Arc::clone(&threads)));
    pools.truncate(KEPT);
    Ok(threads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_gets_the_same_threads_again() {
        let first = of(2).unwrap();
        assert!(Arc::ptr_eq(&first, &of(2).unwrap()));
        assert_eq!(first.count(), 2);
        assert_eq!(of(1).unwrap().count(), 1);
    }
}
