use std::io::Read;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;

use rustix::io::Errno;

use super::super::fault::{Fault, PipeResult};
use super::super::transport::{Calls, Mode, Range};
use super::super::writer::PipeWriter;
use super::{PATIENCE, Random, answer, take_far};

const CAPACITY: usize = 65536;

fn queue(pipe: &PipeWriter, bytes: &[u8]) -> Receiver<PipeResult<()>> {
    let (done, answered) = answer();
    // SAFETY: the tests keep their bytes as they are until the answer has come or the pipe is gone.
    unsafe { pipe.write(Range { start: bytes.as_ptr(), length: bytes.len() }, done) };
    answered
}

fn end(pipe: &PipeWriter) -> Receiver<PipeResult<()>> {
    let (done, answered) = answer();
    pipe.end(done);
    answered
}

fn outcome(answered: &Receiver<PipeResult<()>>) -> PipeResult<()> {
    answered.recv_timeout(PATIENCE).expect("an answer within the test's patience")
}

/// Sends writes of random sizes and compares what comes out, read in pieces of random sizes.
fn sends_in_order(pipe: &PipeWriter, seed: u64) {
    let mut random = Random(seed);
    let writes: Vec<Vec<u8>> = (0..60)
        .map(|_| {
            let length = [0, 1, 4096, 70_000, 300_000][random.below(5)] + random.below(5000);
            random.bytes(length)
        })
        .collect();
    let expected: Vec<u8> = writes.concat();
    let mut far = take_far(&pipe.far);
    let reader = thread::spawn(move || {
        let (mut all, mut random) = (Vec::new(), Random(seed + 1));
        loop {
            let mut piece = vec![0; 1 + random.below(100_000)];
            match far.read(&mut piece).unwrap() {
                0 => return all,
                count => all.extend_from_slice(&piece[..count]),
            }
        }
    });
    let answers: Vec<_> = writes.iter().map(|bytes| queue(pipe, bytes)).collect();
    assert_eq!(outcome(&end(pipe)), Ok(()));
    for answered in &answers {
        assert_eq!(outcome(answered), Ok(()));
    }
    assert!(reader.join().unwrap() == expected, "bytes differ");
    let stats = pipe.stats();
    assert_eq!((stats.bytes_taken, stats.bytes_queued, stats.writes), (expected.len() as u64, 0, 60));
}

#[test]
fn bytes_arrive_in_order_in_both_modes() {
    for seed in 0..8 {
        for mode in [Mode::Splice, Mode::Write] {
            sends_in_order(&PipeWriter::open(CAPACITY << (seed % 3), mode, false).unwrap(), seed);
        }
    }
}

#[test]
fn memory_is_free_only_once_the_reader_has_its_last_byte() {
    let bytes = Random(1).bytes(10_000);
    let pipe = PipeWriter::open(CAPACITY, Mode::Splice, false).unwrap();
    if pipe.mode() != Mode::Splice {
        return;
    }
    let mut far = take_far(&pipe.far);
    let answered = queue(&pipe, &bytes);
    far.read_exact(&mut vec![0; 9_999]).unwrap();
    // An answer that came too early would be there by now: the thread asks after a hundredth of a second at most.
    thread::sleep(Duration::from_millis(50));
    assert!(answered.try_recv().is_err());
    far.read_exact(&mut [0]).unwrap();
    assert_eq!(outcome(&answered), Ok(()));
}

#[test]
fn a_refusal_changes_the_mode_and_loses_nothing() {
    unsafe fn refuse(_: BorrowedFd<'_>, _: Range) -> Result<usize, Errno> {
        Err(Errno::PERM)
    }
    let pipe = PipeWriter::with_calls(CAPACITY, Mode::Splice, false, Calls { splice: refuse }).unwrap();
    sends_in_order(&pipe, 3);
    assert_eq!(pipe.mode(), Mode::Write);
}

#[test]
fn a_refusal_is_told_where_splicing_was_demanded() {
    unsafe fn refuse(_: BorrowedFd<'_>, _: Range) -> Result<usize, Errno> {
        Err(Errno::NOSYS)
    }
    let pipe = PipeWriter::with_calls(CAPACITY, Mode::Splice, true, Calls { splice: refuse }).unwrap();
    if pipe.mode() == Mode::Splice {
        let refused = Err(Fault::SpliceRefused(Errno::NOSYS));
        assert_eq!(outcome(&queue(&pipe, &[1, 2, 3])), refused);
        assert_eq!(outcome(&end(&pipe)), refused);
    }
}

#[test]
fn a_refusal_in_mid_stream_still_waits_for_what_was_spliced() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    unsafe fn refuse_later(pipe: BorrowedFd<'_>, range: Range) -> Result<usize, Errno> {
        if CALLS.fetch_add(1, Ordering::Relaxed) >= 5 {
            return Err(Errno::INVAL);
        }
        // SAFETY: passed on.
        unsafe { (Calls::SYSTEM.splice)(pipe, range) }
    }
    let pipe = PipeWriter::with_calls(CAPACITY, Mode::Splice, false, Calls { splice: refuse_later }).unwrap();
    sends_in_order(&pipe, 4);
    assert_eq!(pipe.mode(), Mode::Write);
}

#[test]
fn partial_and_interrupted_calls_are_gone_on_with() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    unsafe fn fitful(pipe: BorrowedFd<'_>, range: Range) -> Result<usize, Errno> {
        match CALLS.fetch_add(1, Ordering::Relaxed) % 4 {
            0 => Err(Errno::INTR),
            1 => Err(Errno::AGAIN),
            // SAFETY: passed on, shortened.
            _ => unsafe { (Calls::SYSTEM.splice)(pipe, Range { length: range.length.min(7777), ..range }) },
        }
    }
    if cfg!(target_os = "linux") {
        let pipe = PipeWriter::with_calls(CAPACITY, Mode::Splice, false, Calls { splice: fitful }).unwrap();
        sends_in_order(&pipe, 5);
        assert_eq!(pipe.mode(), Mode::Splice);
    }
}

#[test]
fn a_reader_that_goes_fails_everything_queued_and_what_comes_later() {
    let bytes = Random(2).bytes(500_000);
    for mode in [Mode::Splice, Mode::Write] {
        let pipe = PipeWriter::open(CAPACITY, mode, false).unwrap();
        let mut far = take_far(&pipe.far);
        let answers: Vec<_> = (0..3).map(|_| queue(&pipe, &bytes)).collect();
        let ended = end(&pipe);
        far.read_exact(&mut [0; 1000]).unwrap();
        drop(far);
        for answered in &answers {
            assert_eq!(outcome(answered), Err(Fault::Broken));
        }
        assert_eq!(outcome(&ended), Err(Fault::Broken));
        assert_eq!(outcome(&queue(&pipe, &bytes)), Err(Fault::Broken));
        assert_eq!(outcome(&end(&pipe)), Err(Fault::Broken));
    }
}

#[test]
fn a_reader_that_goes_with_everything_has_broken_nothing() {
    let bytes = Random(3).bytes(5_000);
    for mode in [Mode::Splice, Mode::Write] {
        let pipe = PipeWriter::open(CAPACITY, mode, false).unwrap();
        let mut far = take_far(&pipe.far);
        let answered = queue(&pipe, &bytes);
        far.read_exact(&mut vec![0; bytes.len()]).unwrap();
        drop(far);
        assert_eq!(outcome(&answered), Ok(()));
        assert_eq!(outcome(&end(&pipe)), Ok(()));
    }
}

#[test]
fn an_abort_answers_everything_and_closes_the_pipe() {
    let bytes = Random(4).bytes(500_000);
    for mode in [Mode::Splice, Mode::Write] {
        let pipe = PipeWriter::open(CAPACITY, mode, false).unwrap();
        let mut far = take_far(&pipe.far);
        let answers: Vec<_> = (0..3).map(|_| queue(&pipe, &bytes)).collect();
        let ended = end(&pipe);
        pipe.abort();
        pipe.abort();
        for answered in &answers {
            assert_eq!(outcome(answered), Err(Fault::Canceled));
        }
        assert_eq!(outcome(&ended), Err(Fault::Canceled));
        assert_eq!(outcome(&queue(&pipe, &bytes)), Err(Fault::Canceled));
        let mut rest = Vec::new();
        far.read_to_end(&mut rest).unwrap();
        assert!(rest.len() <= CAPACITY);
    }
}

#[test]
fn nothing_may_be_written_after_the_end() {
    let pipe = PipeWriter::open(CAPACITY, Mode::Write, false).unwrap();
    let far = take_far(&pipe.far);
    assert_eq!(outcome(&end(&pipe)), Ok(()));
    assert_eq!(outcome(&queue(&pipe, &[1])), Err(Fault::Ended));
    assert_eq!(outcome(&end(&pipe)), Ok(()));
    drop(far);
}

#[test]
fn a_dropped_pipe_still_sends_what_was_queued() {
    let bytes = Random(5).bytes(300_000);
    for mode in [Mode::Splice, Mode::Write] {
        let pipe = PipeWriter::open(CAPACITY, mode, false).unwrap();
        let mut far = take_far(&pipe.far);
        let answered = queue(&pipe, &bytes);
        drop(pipe);
        let mut all = Vec::new();
        far.read_to_end(&mut all).unwrap();
        assert!(all == bytes);
        assert_eq!(outcome(&answered), Ok(()));
    }
}

#[test]
fn a_dropped_pipe_that_nobody_reads_fails_its_writes() {
    let bytes = Random(6).bytes(300_000);
    let pipe = PipeWriter::open(CAPACITY, Mode::Splice, false).unwrap();
    let answered = queue(&pipe, &bytes);
    drop(pipe);
    assert_eq!(outcome(&answered), Err(Fault::Broken));
}
