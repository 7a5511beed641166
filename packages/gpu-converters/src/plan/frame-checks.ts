import { expectInteger, expectOneOf, invalidArgument } from '@framerail/lifecycle';
import {
  type ColorPrimaries,
  type FrameFormat,
  type FrameLayout,
  isPixelFormat,
  MATRIX_COEFFICIENTS,
  MAX_FRAME_SIDE,
  PIXEL_FORMATS,
  type PixelFormat,
  planeRowBytes,
  planeRows,
  type RawFrame,
  type TransferCharacteristics,
} from '@framerail/media-types';
import { isHdr } from '../color/transfer-curves.js';

/** The formats that all backends read and write. */
export const CONVERTIBLE_FORMATS = Object.keys(PIXEL_FORMATS) as readonly PixelFormat[];

const PRIMARIES: readonly ColorPrimaries[] = ['bt709', 'bt470bg', 'smpte170m', 'bt2020', 'smpte432'];
const TRANSFERS: readonly TransferCharacteristics[] = [
  'bt709',
  'smpte170m',
  'iec61966-2-1',
  'linear',
  'pq',
  'hlg',
];

/**
 * Checks that a layout is one, and a format that can be converted.
 *
 * @param name - the option's name, for messages
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkFormat(name: string, format: FrameFormat): void {
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
  if (!isObject(format) || !isObject(format.layout) || !isObject(format.color))
    throw invalidArgument(name, 'a frame format { layout, color }', format);
  const { layout, color } = format;
  checkLayout(`${name}.layout`, layout);
  expectOneOf(`${name}.color.primaries`, color.primaries, PRIMARIES);
  expectOneOf(`${name}.color.transfer`, color.transfer, TRANSFERS);
  expectOneOf(`${name}.color.matrix`, color.matrix, ['rgb', ...Object.keys(MATRIX_COEFFICIENTS)]);
  expectOneOf(`${name}.color.chromaLocation`, color.chromaLocation, ['left', 'center', 'topleft']);
  if (typeof color.fullRange !== 'boolean')
    throw invalidArgument(`${name}.color.fullRange`, 'a boolean', color.fullRange);
  if (PIXEL_FORMATS[layout.format].model === 'ycbcr' && color.matrix === 'rgb') {
    throw invalidArgument(`${name}.color.matrix`, `a YCbCr matrix for ${layout.format}`, color.matrix);
  }
}

function checkLayout(name: string, layout: FrameLayout): void {
  const { format, width, height, planes, byteLength } = layout;
  if (!isPixelFormat(format)) throw invalidArgument(`${name}.format`, 'a pixel format', format);
  expectInteger(`${name}.width`, width, { min: 1, max: MAX_FRAME_SIDE });
  expectInteger(`${name}.height`, height, { min: 1, max: MAX_FRAME_SIDE });
  expectInteger(`${name}.byteLength`, byteLength, { min: 1 });
  const count = PIXEL_FORMATS[format].planes.length;
  if (!Array.isArray(planes) || planes.length !== count)
    throw invalidArgument(`${name}.planes`, `${count} planes`, planes);
  for (const [index, plane] of (planes as FrameLayout['planes']).entries()) {
    const rowBytes = planeRowBytes(format, index, width);
    if (typeof plane !== 'object' || plane === null)
      throw invalidArgument(`${name}.planes[${index}]`, 'a plane { offset, stride }', plane);
    expectInteger(`${name}.planes[${index}].offset`, plane.offset, { min: 0 });
    expectInteger(`${name}.planes[${index}].stride`, plane.stride, { min: rowBytes });
    const end = plane.offset + plane.stride * (planeRows(format, index, height) - 1) + rowBytes;
    if (end > byteLength) {
      throw invalidArgument(`${name}.byteLength`, `at least ${end}, where plane ${index} ends,`, byteLength);
    }
  }
}

/**
 * Checks that a target's planes share no byte, so that the order of writing doesn't matter.
 *
 * @param name - the option's name, for messages
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkPlanesApart(name: string, layout: FrameLayout): void {
  const spans = layout.planes
    .map(({ offset, stride }, index) => ({
      index,
      start: offset,
      end:
        offset +
        stride * (planeRows(layout.format, index, layout.height) - 1) +
        planeRowBytes(layout.format, index, layout.width),
    }))
    .sort((a, b) => a.start - b.start);
  for (const [position, span] of spans.entries()) {
    const before = spans[position - 1];
    if (before !== undefined && span.start < before.end) {
      throw invalidArgument(
        `${name}.planes[${span.index}].offset`,
        `${before.end} or more, after plane ${before.index},`,
        span.start,
      );
    }
  }
}

/**
 * Checks that a frame is what a plan is for.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkFrame(frame: RawFrame, expected: FrameFormat): void {
  checkFrameFormat(frame, expected);
  checkData(frame.data, expected.layout.byteLength);
}

/**
 * Checks what a frame is, or will be, without its memory.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkFrameFormat(frame: FrameFormat, { layout, color }: FrameFormat): void {
  const own = frame.layout;
  if (own.format !== layout.format || own.width !== layout.width || own.height !== layout.height) {
    throw invalidArgument('frame', describe(layout), describe(own));
  }
  const samePlanes = layout.planes.every(
    ({ offset, stride }, index) =>
      own.planes[index]?.offset === offset && own.planes[index]?.stride === stride,
  );
  if (!samePlanes)
    throw invalidArgument('frame.layout.planes', JSON.stringify(layout.planes), JSON.stringify(own.planes));
  // RGB has no matrix: whatever its colour says there is not used.
  const fields =
    PIXEL_FORMATS[layout.format].model === 'rgb' ? [] : (['matrix', 'fullRange', 'chromaLocation'] as const);
  for (const field of fields) {
    if (frame.color[field] !== color[field])
      throw invalidArgument(`frame.color.${field}`, String(color[field]), frame.color[field]);
  }
  // SDR's curves are all taken for each other; HDR's and linear light can't be.
  const isApart = (transfer: TransferCharacteristics): boolean => isHdr(transfer) || transfer === 'linear';
  const isOtherCurve = frame.color.transfer !== color.transfer;
  if (isOtherCurve && (isApart(frame.color.transfer) || isApart(color.transfer)))
    throw invalidArgument('frame.color.transfer', color.transfer, frame.color.transfer);
}

/** Other views count elements of other sizes; what comes from another realm is no instance of this one's class. */
function checkData(data: unknown, byteLength: number): void {
  if (Object.prototype.toString.call(data) !== '[object Uint8Array]')
    throw invalidArgument('frame.data', 'a Uint8Array', data);
  const received = (data as Uint8Array).byteLength;
  if (received < byteLength) throw invalidArgument('frame.data', `at least ${byteLength} bytes`, received);
}

function describe({ format, width, height }: FrameLayout): string {
  return `${format} ${width}×${height}`;
}
