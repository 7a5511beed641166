import { type FrameLayout, PIXEL_FORMATS } from '@framerail/media-types';

/** One of a Y′CbCr frame's components, wherever its samples lie. */
export interface ComponentSamples {
  /** Samples of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Luma columns to a sample. */
  readonly across: 1 | 2;
  /** Luma rows to a sample. */
  readonly down: 1 | 2;
  /** Reads the codes of row `y`, `width` of them. */
  read(y: number, codes: Uint16Array): void;
  /** Writes the codes of row `y`, `width` of them. */
  write(y: number, codes: Uint16Array): void;
}

/** A Y′CbCr frame by its components. */
export interface FrameSamples {
  /** Significant bits of a code. */
  readonly bits: 8 | 10;
  /** Full size. */
  readonly luma: ComponentSamples;
  /** Of one size. */
  readonly chroma: readonly [cb: ComponentSamples, cr: ComponentSamples];
}

/**
 * Finds the components of a frame by what `PIXEL_FORMATS` says: planar, interleaved or packed, of 8 bits or of 10 in
 * little-endian words.
 *
 * @param data - memory of the layout
 */
export function frameSamples(data: Uint8Array, layout: FrameLayout): FrameSamples {
  const { bitDepth } = PIXEL_FORMATS[layout.format];
  return {
    bits: bitDepth === 8 ? 8 : 10,
    luma: componentSamples(data, layout, 'Y'),
    chroma: [componentSamples(data, layout, 'U'), componentSamples(data, layout, 'V')],
  };
}

function componentSamples(data: Uint8Array, layout: FrameLayout, name: 'Y' | 'U' | 'V'): ComponentSamples {
  const { planes, bitDepth } = PIXEL_FORMATS[layout.format];
  const index = planes.findIndex(({ components }) => components.includes(name));
  const [description, place] = [planes[index], layout.planes[index]];
  if (description === undefined || place === undefined)
    throw new RangeError(`Expected a YCbCr layout but received ${layout.format}`);
  const { components, bytesPerStep, horizontalStep, verticalStep } = description;
  // Packed 4:2:2 has two lumas a step.
  const inStep = components.filter((component) => component === name).length;
  const across = (horizontalStep / inStep) as 1 | 2;
  const width = Math.ceil(layout.width / across);
  const height = Math.ceil(layout.height / verticalStep);
  const sampleBytes = bytesPerStep / components.length;
  const step = bytesPerStep / inStep;
  const first = place.offset + components.indexOf(name) * sampleBytes;
  const size = { width, height, across, down: verticalStep };
  // A step that is cut by the right edge is there as a whole: its second luma repeats the first.
  const written = Math.ceil(layout.width / horizontalStep) * inStep;
  const last = (codes: Uint16Array, x: number): number => codes[Math.min(x, width - 1)] as number;
  if (bitDepth === 8) {
    return {
      ...size,
      read(y, codes) {
        const start = first + y * place.stride;
        for (let x = 0; x < width; x += 1) codes[x] = data[start + x * step] as number;
      },
      write(y, codes) {
        const start = first + y * place.stride;
        for (let x = 0; x < written; x += 1) data[start + x * step] = last(codes, x);
      },
    };
  }
  // P010 has its codes at the top of the word; what lies below them isn't read, and written as 0.
  const shift = layout.format === 'P010' ? 6 : 0;
  return {
    ...size,
    read(y, codes) {
      for (let x = 0, at = first + y * place.stride; x < width; x += 1, at += step) {
        const word = (data[at] as number) | ((data[at + 1] as number) << 8);
        // A word of I420P10 can hold more than 10 bits: it counts as the largest code.
        codes[x] = Math.min(word >> shift, 1023);
      }
    },
    write(y, codes) {
      for (let x = 0, at = first + y * place.stride; x < written; x += 1, at += step) {
        const word = last(codes, x) << shift;
        data[at] = word & 255;
        data[at + 1] = word >> 8;
      }
    },
  };
}
