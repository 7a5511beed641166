/// What memory should be like; all of it is a hint that changes speed only.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    /// Pages of 2 MiB where the system has them (Linux: transparent huge pages).
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux gives them for the asking"))]
    pub huge_pages: bool,
    /// Back all of it with memory now rather than at the first touch of each page.
    pub prefault: bool,
}

#[cfg(not(unix))]
pub use allocated::Pages;
#[cfg(unix)]
pub use mapped::Pages;

/// # Safety
/// The memory must be writable for its length, and nobody else's.
unsafe fn touch(start: *mut u8, length: usize) {
    // The smallest page there is, so that none is missed.
    for offset in (0..length).step_by(4096) {
        // SAFETY: the caller's promise.
        unsafe { start.add(offset).write_volatile(0) };
    }
}

#[cfg(unix)]
mod mapped {
    use std::ffi::c_void;
    #[cfg(target_os = "linux")]
    use std::os::fd::BorrowedFd;
    use std::ptr;

    use rustix::io::Errno;
    use rustix::mm::{self, MapFlags, ProtFlags};

    use super::Wishes;

    const HUGE_PAGE: usize = 2 << 20;

    #[cfg(target_os = "linux")]
    fn wants_huge_pages(wishes: Wishes) -> bool {
        wishes.huge_pages
    }

    #[cfg(not(target_os = "linux"))]
    fn wants_huge_pages(_wishes: Wishes) -> bool {
        false
    }

    /// A mapping, unmapped when dropped.
    pub struct Pages {
        start: *mut u8,
        length: usize,
        mapping: *mut c_void,
        mapped: usize,
    }

    // SAFETY: an address and numbers; whoever follows the address says why nobody else does.
    unsafe impl Send for Pages {}
    // SAFETY: as above, and nothing changes behind a shared reference.
    unsafe impl Sync for Pages {}

    impl Pages {
        /// `length` bytes of zeros.
        pub fn map(length: usize, wishes: Wishes) -> Result<Self, Errno> {
            let huge = wants_huge_pages(wishes) && length >= HUGE_PAGE;
            // Only what begins at a multiple of 2 MiB can be a huge page; what is skipped is never touched.
            let mapped = if huge { length + HUGE_PAGE } else { length };
            // SAFETY: a new mapping at an address of the system's choice.
            let mapping = unsafe {
                mm::mmap_anonymous(ptr::null_mut(), mapped, ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE)?
            };
            let skipped = if huge { mapping.cast::<u8>().align_offset(HUGE_PAGE) } else { 0 };
            // SAFETY: less than the 2 MiB by which the mapping is longer.
            let start = unsafe { mapping.cast::<u8>().add(skipped) };
            let pages = Self { start, length, mapping, mapped };
            if huge {
                pages.ask_for_huge_pages();
            }
            if wishes.prefault {
                pages.prefault();
            }
            Ok(pages)
        }

        /// `length` bytes of a file from `offset` on, a multiple of the page; memory only for what is touched.
        /// Writes go to the file with `MapFlags::SHARED` and stay here with `MapFlags::PRIVATE`.
        ///
        /// # Safety
        /// The file never becomes shorter than that: who touches what is gone is killed by the system.
        #[cfg(target_os = "linux")]
        pub unsafe fn map_file(
            file: BorrowedFd<'_>,
            offset: u64,
            length: usize,
            sharing: MapFlags,
        ) -> Result<Self, Errno> {
            let (access, flags) = (ProtFlags::READ | ProtFlags::WRITE, sharing | MapFlags::NORESERVE);
            // SAFETY: a new mapping at an address of the system's choice.
            let mapping = unsafe { mm::mmap(ptr::null_mut(), length, access, flags, file, offset)? };
            Ok(Self { start: mapping.cast(), length, mapping, mapped: length })
        }

        pub fn start(&self) -> *mut u8 {
            self.start
        }

        pub fn len(&self) -> usize {
            self.length
        }

        #[cfg(target_os = "linux")]
        fn ask_for_huge_pages(&self) {
            // SAFETY: advice about our own mapping that changes no contents. A refusal leaves pages of 4 KiB.
            let _ = unsafe { mm::madvise(self.start.cast(), self.length, mm::Advice::LinuxHugepage) };
        }

        #[cfg(not(target_os = "linux"))]
        fn ask_for_huge_pages(&self) {}

        fn prefault(&self) {
            #[cfg(target_os = "linux")]
            {
                // SAFETY: faults our own mapping in; it keeps its zeros.
                let populated = unsafe { mm::madvise(self.start.cast(), self.length, mm::Advice::LinuxPopulateWrite) };
                if populated.is_ok() {
                    return;
                }
            }
            // Kernels before 5.14, and other systems.
            // SAFETY: the mapping is writable, of that length and nobody else's yet.
            unsafe { super::touch(self.start, self.length) };
        }
    }

    impl Drop for Pages {
        fn drop(&mut self) {
            // SAFETY: our own mapping, which nobody refers to once its owner is dropped.
            let _ = unsafe { mm::munmap(self.mapping, self.mapped) };
        }
    }
}

#[cfg(not(unix))]
mod allocated {
    use std::alloc::{Layout, alloc_zeroed, dealloc};
    use std::io::{Error, ErrorKind};

    use super::Wishes;

    const PAGE: usize = 4096;

    /// Memory of the system's allocator on a page's boundary, freed when dropped.
    pub struct Pages {
        start: *mut u8,
        layout: Layout,
    }

    // SAFETY: an address and numbers; whoever follows the address says why nobody else does.
    unsafe impl Send for Pages {}
    // SAFETY: as above, and nothing changes behind a shared reference.
    unsafe impl Sync for Pages {}

    impl Pages {
        /// `length` bytes of zeros, at least one.
        pub fn map(length: usize, wishes: Wishes) -> Result<Self, Error> {
            let layout = Layout::from_size_align(length, PAGE).map_err(|_| Error::from(ErrorKind::OutOfMemory))?;
            // SAFETY: the layout isn't empty: the caller asks for a byte at least.
            let start = unsafe { alloc_zeroed(layout) };
            if start.is_null() {
                return Err(Error::from(ErrorKind::OutOfMemory));
            }
            if wishes.prefault {
                // SAFETY: just allocated with that length.
                unsafe { super::touch(start, length) };
            }
            Ok(Self { start, layout })
        }

        pub fn start(&self) -> *mut u8 {
            self.start
        }

        pub fn len(&self) -> usize {
            self.layout.size()
        }
    }

    impl Drop for Pages {
        fn drop(&mut self) {
            // SAFETY: allocated with this layout, and nobody refers to it once its owner is dropped.
            unsafe { dealloc(self.start, self.layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pages, Wishes};

    #[test]
    fn memory_is_aligned_zeroed_and_writable_to_its_last_byte() {
        for length in [1, 4095, 4097, (2 << 20) - 1, (2 << 20) + 1, 12_441_600] {
            for wishes in [(false, false), (true, false), (false, true), (true, true)] {
                let pages = Pages::map(length, Wishes { huge_pages: wishes.0, prefault: wishes.1 }).unwrap();
                assert_eq!(pages.start() as usize % 4096, 0);
                if cfg!(target_os = "linux") && wishes.0 && length >= 2 << 20 {
                    assert_eq!(pages.start() as usize % (2 << 20), 0);
                }
                // SAFETY: the memory is this test's, for `length` bytes.
                let bytes = unsafe { std::slice::from_raw_parts_mut(pages.start(), pages.len()) };
                assert!(bytes.iter().all(|byte| *byte == 0));
                bytes[length - 1] = 1;
            }
        }
    }

    #[test]
    fn more_than_there_is_is_refused() {
        assert!(Pages::map(1 << 47, Wishes::default()).is_err());
    }
}
