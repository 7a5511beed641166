import type { FrameLayout } from '@framerail/media-types';

/** Where the samples of a chroma component lie. */
export interface ChromaPlane {
  /** Byte of the first sample. */
  readonly offset: number;
  /** Bytes from row to row. */
  readonly stride: number;
  /** Bytes from sample to sample. */
  readonly step: number;
}

/** The chroma of a 4:2:0 layout, whether interleaved or planar. */
export interface ChromaPlanes {
  readonly width: number;
  readonly height: number;
  readonly cb: ChromaPlane;
  readonly cr: ChromaPlane;
}

/** Finds the chroma of NV12 (one plane of pairs) or I420 (two planes). */
export function chromaPlanes(layout: FrameLayout): ChromaPlanes {
  const [, first, second] = layout.planes;
  if (first === undefined)
    throw new RangeError(`Expected a layout with chroma planes but received ${layout.format}`);
  const size = { width: Math.ceil(layout.width / 2), height: Math.ceil(layout.height / 2) };
  return second === undefined
    ? { ...size, cb: { ...first, step: 2 }, cr: { ...first, offset: first.offset + 1, step: 2 } }
    : { ...size, cb: { ...first, step: 1 }, cr: { ...second, step: 1 } };
}
