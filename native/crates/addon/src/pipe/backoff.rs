use std::time::{Duration, Instant};

/// A pipe says when it has room, never when it is empty, so the last bytes have to be asked after. The pause
/// is a fixed part of the time that nothing has moved: the answer is late by at most that part, and a reader
/// that stands still for long costs next to nothing.
pub struct Backoff {
    last_progress: Instant,
}

const PART_OF_STILLNESS: u32 = 8;
const SHORTEST: Duration = Duration::from_micros(50);
/// Most readers take a frame within some tens of milliseconds; asking once in this time is what a stopped one costs.
const LONGEST: Duration = Duration::from_millis(10);

impl Backoff {
    pub fn new() -> Self {
        Self { last_progress: Instant::now() }
    }

    pub fn progressed(&mut self) {
        self.last_progress = Instant::now();
    }

    pub fn pause(&self) -> Duration {
        pause_after(self.last_progress.elapsed())
    }
}

fn pause_after(stillness: Duration) -> Duration {
    (stillness / PART_OF_STILLNESS).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_grows_with_the_stillness_and_is_bounded() {
        assert_eq!(pause_after(Duration::ZERO), SHORTEST);
        assert_eq!(pause_after(Duration::from_millis(8)), Duration::from_millis(1));
        assert_eq!(pause_after(Duration::from_secs(3600)), LONGEST);
    }
}
