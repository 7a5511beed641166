// Frames as numbers, read byte by byte as the formats' definitions say: independent of the package's own loaders.
import type { FrameLayout } from '@framerail/media-types';

/** A grid of numbers; positions outside are those of the edge. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): number;
}

export type Component = 'R' | 'G' | 'B' | 'A' | 'Y' | 'U' | 'V';

/** Components of a frame: codes of Y, U and V, bytes of RGBA, numbers of half floats. */
export type Components = ReadonlyMap<Component, Grid>;

/** Luma columns and rows to a chroma sample. */
export const CHROMA_STEPS: Readonly<Record<string, readonly [across: 1 | 2, down: 1 | 2]>> = {
  NV12: [2, 2],
  I420: [2, 2],
  I422: [2, 1],
  I444: [1, 1],
  P010: [2, 2],
  I420P10: [2, 2],
  YUY2: [2, 1],
  UYVY: [2, 1],
};

export const isRgb = (format: FrameLayout['format']): boolean => CHROMA_STEPS[format] === undefined;
export const bitsOf = (format: FrameLayout['format']): number =>
  format === 'P010' || format === 'I420P10' ? 10 : format === 'RGBA16F' ? 16 : 8;

/** Where a component's samples lie: plane, first byte, bytes from sample to sample. */
const PLACES: Readonly<
  Record<string, Partial<Record<Component, readonly [plane: number, at: number, step: number]>>>
> = {
  RGBA: { R: [0, 0, 4], G: [0, 1, 4], B: [0, 2, 4], A: [0, 3, 4] },
  BGRA: { R: [0, 2, 4], G: [0, 1, 4], B: [0, 0, 4], A: [0, 3, 4] },
  RGBA16F: { R: [0, 0, 8], G: [0, 2, 8], B: [0, 4, 8], A: [0, 6, 8] },
  NV12: { Y: [0, 0, 1], U: [1, 0, 2], V: [1, 1, 2] },
  I420: { Y: [0, 0, 1], U: [1, 0, 1], V: [2, 0, 1] },
  I422: { Y: [0, 0, 1], U: [1, 0, 1], V: [2, 0, 1] },
  I444: { Y: [0, 0, 1], U: [1, 0, 1], V: [2, 0, 1] },
  P010: { Y: [0, 0, 2], U: [1, 0, 4], V: [1, 2, 4] },
  I420P10: { Y: [0, 0, 2], U: [1, 0, 2], V: [2, 0, 2] },
  YUY2: { Y: [0, 0, 2], U: [0, 1, 4], V: [0, 3, 4] },
  UYVY: { Y: [0, 1, 2], U: [0, 0, 4], V: [0, 2, 4] },
};

export function grid(width: number, height: number, at: (x: number, y: number) => number): Grid {
  const values = Float64Array.from({ length: width * height }, (_, index) =>
    at(index % width, Math.floor(index / width)),
  );
  const inside = (position: number, size: number): number => Math.min(Math.max(position, 0), size - 1);
  return {
    width,
    height,
    at: (x, y) => values[inside(y, height) * width + inside(x, width)] as number,
  };
}

/** Reads all components of a frame. */
export function readComponents({ data, layout }: { data: Uint8Array; layout: FrameLayout }): Components {
  const { format, width, height, planes } = layout;
  const word = (at: number): number => (data[at] as number) + 256 * (data[at + 1] as number);
  const value = (at: number): number => {
    if (format === 'P010') return Math.floor(word(at) / 64);
    if (format === 'I420P10') return Math.min(word(at), 1023);
    return format === 'RGBA16F' ? halfValue(word(at)) : (data[at] as number);
  };
  const entries = Object.entries(PLACES[format] ?? {}).map(([name, [plane, first, step]]) => {
    const [across, down] = name === 'U' || name === 'V' ? (CHROMA_STEPS[format] ?? [1, 1]) : [1, 1];
    const { offset, stride } = planes[plane] as { offset: number; stride: number };
    const samples = grid(Math.ceil(width / across), Math.ceil(height / down), (x, y) =>
      value(offset + y * stride + first + x * step),
    );
    return [name as Component, samples] as const;
  });
  return new Map(entries);
}

/** Writes codes of Y, U and V into a frame. */
export function writeComponents(
  { data, layout }: { data: Uint8Array; layout: FrameLayout },
  value: (name: Component, x: number, y: number) => number,
): void {
  const { format, width, height, planes } = layout;
  for (const [name, [plane, first, step]] of Object.entries(PLACES[format] ?? {})) {
    const [across, down] = name === 'Y' ? [1, 1] : (CHROMA_STEPS[format] ?? [1, 1]);
    const { offset, stride } = planes[plane] as { offset: number; stride: number };
    for (let y = 0; y < Math.ceil(height / down); y += 1) {
      for (let x = 0; x < Math.ceil(width / across); x += 1) {
        const at = offset + y * stride + first + x * step;
        const code = value(name as Component, x, y) * (format === 'P010' ? 64 : 1);
        data[at] = code & 255;
        if (bitsOf(format) === 10) data[at + 1] = code >> 8;
      }
    }
  }
}

/** What a half float stands for (IEEE 754-2008, binary16). */
export function halfValue(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits >= 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? (sign * fraction) / 2 ** 24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
