use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;

use rustix::fs::SealFlags;
use rustix::io::Errno;

use super::{File, Refusal};

const PAGE: usize = 4096;

fn touch(file: &File, offset: usize, length: usize) {
    for at in (offset..offset + length).step_by(PAGE) {
        // SAFETY: inside the file, which is this test's.
        unsafe { file.address(at).write(7) };
    }
}

#[test]
fn a_file_takes_memory_where_it_is_touched_and_gives_it_back() {
    let file = File::create("test", 1 << 40).unwrap();
    assert_eq!(file.resident(), Ok(Some(0)));
    file.enter(0..16 * PAGE, 1);
    file.enter(1 << 30..(1 << 30) + 16 * PAGE, 2);
    touch(&file, 0, 16 * PAGE);
    touch(&file, 1 << 30, 16 * PAGE);
    assert_eq!(file.resident(), Ok(Some(32 * PAGE as u64)));
    file.leave(0);
    assert_eq!(file.resident(), Ok(Some(16 * PAGE as u64)));
    file.leave(0);
    file.leave(1 << 30);
    assert_eq!(file.resident(), Ok(Some(0)));
    // SAFETY: inside the file.
    assert_eq!(unsafe { file.address(0).read() }, 0);
}

#[test]
fn memory_that_is_prefaulted_is_there() {
    let file = File::create("test", 1 << 30).unwrap();
    file.prefault(&(PAGE..5 * PAGE)).unwrap();
    assert_eq!(file.resident(), Ok(Some(4 * PAGE as u64)));
}

#[test]
fn nobody_can_change_the_length() {
    let file = File::create("test", 1 << 20).unwrap();
    let state = file.lock();
    let descriptor = state.descriptor.as_ref().unwrap();
    for length in [0, (1 << 20) - 1, (1 << 20) + 1] {
        assert_eq!(rustix::fs::ftruncate(descriptor, length), Err(Errno::PERM));
    }
    let more = rustix::fs::fcntl_add_seals(descriptor.as_fd(), SealFlags::WRITE);
    assert_eq!(more, Err(Errno::PERM));
}

#[test]
fn ranges_are_had_once() {
    let file = File::create("test", 1 << 20).unwrap();
    file.enter(2 * PAGE..4 * PAGE, 1);
    for range in [PAGE..3 * PAGE, 2 * PAGE..3 * PAGE, 3 * PAGE..5 * PAGE, 0..10 * PAGE] {
        assert_eq!(file.check(&range), Err(Refusal::Overlaps));
    }
    for range in [0..2 * PAGE, 4 * PAGE..5 * PAGE] {
        assert_eq!(file.check(&range), Ok(()));
    }
    assert_eq!(file.buffer_at(2 * PAGE..4 * PAGE), Some(1));
    assert_eq!(file.buffer_at(2 * PAGE..3 * PAGE), None);
    file.leave(2 * PAGE);
    assert_eq!(file.check(&(0..10 * PAGE)), Ok(()));
}

#[test]
fn what_javascript_let_go_of_is_found_again() {
    let file = File::create("test", 1 << 20).unwrap();
    file.enter(0..2 * PAGE, 5);
    touch(&file, 0, 2 * PAGE);
    // A buffer that was there before.
    file.abandon(0, 4);
    assert_eq!(file.take_collected(), Vec::<usize>::new());
    file.abandon(0, 5);
    assert_eq!(file.resident(), Ok(Some(0)));
    assert_eq!(file.take_collected(), [0]);
    assert_eq!(file.take_collected(), Vec::<usize>::new());
    assert_eq!(file.check(&(0..PAGE)), Ok(()));
}

#[test]
fn memory_is_another_readers_too() {
    let file = File::create("test", 1 << 20).unwrap();
    touch(&file, PAGE, 1);
    let copy = std::fs::File::from(file.lock().descriptor.as_ref().unwrap().try_clone().unwrap());
    file.close();
    assert_eq!((file.number(), file.resident()), (None, Ok(None)));
    assert_eq!(file.check(&(0..PAGE)), Err(Refusal::Closed));
    let mut byte = [0];
    copy.read_exact_at(&mut byte, PAGE as u64).unwrap();
    assert_eq!(byte, [7]);
    copy.write_all_at(&[9], PAGE as u64).unwrap();
    // SAFETY: inside the file, which stays mapped.
    assert_eq!(unsafe { file.address(PAGE).read() }, 9);
    // Memory goes back without the descriptor too.
    file.enter(PAGE..2 * PAGE, 1);
    file.leave(PAGE);
    copy.read_exact_at(&mut byte, PAGE as u64).unwrap();
    assert_eq!(byte, [0]);
}
