use std::io::Write;
use std::sync::mpsc::Receiver;
use std::thread;

use super::super::fault::{Fault, PipeResult};
use super::super::reader::{PipeReader, Target};
use super::{PATIENCE, Random, answer, take_far};

const CAPACITY: usize = 65536;

fn queue(pipe: &PipeReader, bytes: &mut [u8]) -> Receiver<PipeResult<usize>> {
    let (done, answered) = answer();
    // SAFETY: the tests leave their bytes alone until the answer has come or the pipe is gone.
    unsafe { pipe.read(Target { start: bytes.as_mut_ptr(), length: bytes.len() }, done) };
    answered
}

fn outcome(answered: &Receiver<PipeResult<usize>>) -> PipeResult<usize> {
    answered.recv_timeout(PATIENCE).expect("an answer within the test's patience")
}

#[test]
fn targets_are_filled_in_order_until_the_end() {
    for seed in 0..10 {
        let mut random = Random(seed);
        let length = random.below(2_000_000);
        let stream = random.bytes(length);
        let pipe = PipeReader::open(CAPACITY << (seed % 3)).unwrap();
        let mut far = take_far(&pipe.far);
        let sent = stream.clone();
        let writer = thread::spawn(move || {
            let mut random = Random(seed + 1);
            let mut rest = &sent[..];
            while !rest.is_empty() {
                let (piece, after) = rest.split_at((1 + random.below(90_000)).min(rest.len()));
                if far.write_all(piece).is_err() {
                    // More than all the targets hold: the test has seen what it wanted.
                    return;
                }
                rest = after;
            }
        });
        let mut targets: Vec<Vec<u8>> = (0..40).map(|_| vec![0; random.below(120_000)]).collect();
        let answers: Vec<_> = targets.iter_mut().map(|target| queue(&pipe, target)).collect();
        let mut from = 0;
        for (target, answered) in targets.iter().zip(&answers) {
            let count = outcome(answered).unwrap();
            assert_eq!(count, target.len().min(stream.len() - from));
            assert!(target[..count] == stream[from..from + count]);
            from += count;
        }
        pipe.close();
        writer.join().unwrap();
        assert_eq!(pipe.stats().bytes_read, from as u64);
    }
}

#[test]
fn the_end_comes_again_to_every_later_read() {
    let pipe = PipeReader::open(CAPACITY).unwrap();
    let mut far = take_far(&pipe.far);
    far.write_all(&[1, 2, 3]).unwrap();
    drop(far);
    let mut target = [0; 10];
    assert_eq!(outcome(&queue(&pipe, &mut target)), Ok(3));
    assert_eq!(target[..3], [1, 2, 3]);
    assert_eq!(outcome(&queue(&pipe, &mut target)), Ok(0));
    assert_eq!(outcome(&queue(&pipe, &mut target)), Ok(0));
}

#[test]
fn closing_wakes_reads_that_wait_and_refuses_later_ones() {
    let pipe = PipeReader::open(CAPACITY).unwrap();
    let far = take_far(&pipe.far);
    let (mut first, mut second) = ([0; 10], [0; 10]);
    let answers = [queue(&pipe, &mut first), queue(&pipe, &mut second)];
    pipe.close();
    pipe.close();
    for answered in &answers {
        assert_eq!(outcome(answered), Err(Fault::Canceled));
    }
    assert_eq!(outcome(&queue(&pipe, &mut [0; 10])), Err(Fault::Canceled));
    drop(far);
}

#[test]
fn a_dropped_reader_still_serves_what_was_queued() {
    let pipe = PipeReader::open(CAPACITY).unwrap();
    let mut far = take_far(&pipe.far);
    let mut target = [0; 4];
    let answered = queue(&pipe, &mut target);
    drop(pipe);
    far.write_all(&[9, 8, 7, 6]).unwrap();
    assert_eq!(outcome(&answered), Ok(4));
    assert_eq!(target, [9, 8, 7, 6]);
}

#[test]
fn a_dropped_reader_that_nobody_writes_ends() {
    let pipe = PipeReader::open(CAPACITY).unwrap();
    let mut target = [0; 4];
    let answered = queue(&pipe, &mut target);
    drop(pipe);
    assert_eq!(outcome(&answered), Ok(0));
}
