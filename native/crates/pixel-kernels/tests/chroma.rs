//! Chroma for chosen sums of the covered pixels: along all axes, on the roundings' edges, and at random.

mod reference;

use pixel_kernels::{
    ChromaLocation, Color, Format, InstructionSet, Matrix, ProcessOptions, Threads, Upsampling, process,
};
use reference::frame::{Frame, random_byte};
use reference::rational::forward_chroma;

type Sums = [i128; 3];

/// Cells of one chroma sample each, 4×4 pixels so that neighbours' pixels aren't its own, in rows of this many.
const CELLS_ACROSS: usize = 256;

/// Weights of the pixels around a chroma sample by column and row from −1 to 1.
fn weights(location: ChromaLocation) -> [[i128; 3]; 3] {
    match location {
        ChromaLocation::Center => [[0, 0, 0], [0, 1, 1], [0, 1, 1]],
        ChromaLocation::Left => [[0, 0, 0], [1, 2, 1], [1, 2, 1]],
        ChromaLocation::TopLeft => [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
    }
}

fn total(location: ChromaLocation) -> i128 {
    weights(location).iter().flatten().sum()
}

/// Pixels whose weighted sum is exactly `sum`: all alike, and one more on some of them for the rest.
fn spread(sum: i128, location: ChromaLocation) -> [[u8; 3]; 3] {
    let mut rest = sum % total(location);
    let mut pixels = [[(sum / total(location)) as u8; 3]; 3];
    let places = (0..9).map(|i| (i / 3, i % 3));
    let mut by_weight: Vec<_> = places.filter(|&(y, x)| weights(location)[y][x] > 0).collect();
    by_weight.sort_by_key(|&(y, x)| -weights(location)[y][x]);
    for (y, x) in by_weight {
        if weights(location)[y][x] <= rest {
            rest -= weights(location)[y][x];
            pixels[y][x] += 1;
        }
    }
    assert_eq!(rest, 0);
    pixels
}

/// A frame in which cell i has `sums[i]` around the chroma sample at its second row and column of chroma.
fn frame_of(sums: &[Sums], location: ChromaLocation) -> Frame {
    let rows = sums.len().div_ceil(CELLS_ACROSS);
    let mut frame = Frame::new(Format::Rgba, 4 * CELLS_ACROSS, 4 * rows).randomized(3);
    for (cell, sums) in sums.iter().enumerate() {
        let (left, top) = (4 * (cell % CELLS_ACROSS) + 1, 4 * (cell / CELLS_ACROSS) + 1);
        for (channel, sum) in sums.iter().enumerate() {
            for (dy, row) in spread(*sum, location).iter().enumerate() {
                for (dx, value) in row.iter().enumerate() {
                    frame.set(0, 4 * (left + dx) + channel, top + dy, *value);
                }
            }
        }
    }
    frame
}

/// Every sum of one channel with the others dark, middling and bright.
fn axes(most: i128) -> Vec<Sums> {
    let mut sums = Vec::new();
    for channel in 0..3 {
        for others in [0, most / 3, most] {
            for value in 0..=most {
                let mut sum = [others; 3];
                sum[channel] = value;
                sums.push(sum);
            }
        }
    }
    sums
}

/// Sums around which the code of `component` changes: bisected along blue (red for Cr) from random starts.
fn edges(color: Color, location: ChromaLocation, component: usize) -> Vec<Sums> {
    let most = 255 * total(location);
    let channel = if component == 0 { 2 } else { 0 };
    let mut state = 11;
    let mut random = || i128::from(random_byte(&mut state)) * total(location) + i128::from(random_byte(&mut state) % 4);
    let mut sums = Vec::new();
    for _ in 0..2000 {
        let base: Sums = std::array::from_fn(|_| random().min(most));
        let at = |value: i128| {
            let mut sums = base;
            sums[channel] = value;
            sums
        };
        let code = |value: i128| forward_chroma(color, at(value), total(location))[component];
        let (mut low, mut high) = (0, most);
        let wanted = code(base[channel]);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if code(middle) < wanted { low = middle } else { high = middle }
        }
        sums.extend([at(low), at(high)]);
    }
    sums
}

fn random(most: i128, count: usize) -> Vec<Sums> {
    let mut state = 5;
    let mut word = || (0..4).fold(0, |word, _| word << 8 | i128::from(random_byte(&mut state)));
    (0..count).map(|_| std::array::from_fn(|_| word() % (most + 1))).collect()
}

#[test]
fn chroma_of_chosen_sums_is_exact() {
    let threads = Threads::new(2).expect("threads");
    for location in [ChromaLocation::Left, ChromaLocation::Center, ChromaLocation::TopLeft] {
        let most = 255 * total(location);
        let fixed = [axes(most), random(most, 200_000)].concat();
        for (matrix, full_range) in
            [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020].into_iter().flat_map(|m| [(m, false), (m, true)])
        {
            let color = Color { matrix, full_range, chroma_location: location };
            let sums = [fixed.clone(), edges(color, location, 0), edges(color, location, 1)].concat();
            let source = frame_of(&sums, location);
            for instruction_set in InstructionSet::available() {
                let mut target = Frame::new(Format::Nv12, source.width, source.height);
                let options = ProcessOptions { upsampling: Upsampling::Nearest, instruction_set };
                process(&source.image(), color, &[], &mut target.image_mut(), color, &options, &threads)
                    .expect("a valid call");
                for (cell, &sums) in sums.iter().enumerate() {
                    let (cx, cy) = ((2 * (cell % CELLS_ACROSS) + 1) as i64, (2 * (cell / CELLS_ACROSS) + 1) as i64);
                    let actual = [target.chroma(0, cx, cy), target.chroma(1, cx, cy)];
                    let expected = forward_chroma(color, sums, total(location));
                    assert_eq!(actual, expected, "{color:?}, sums {sums:?}, on {}", instruction_set.name());
                }
            }
        }
    }
}
