import {
  BT709,
  type ColorSpace,
  type FrameFormat,
  type FrameLayout,
  PIXEL_FORMATS,
  planeRowBytes,
  planeRows,
  SRGB,
} from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import type { PreparedOperation } from '../operations/prepared-operation.js';
import { withWork } from '../plan/plan-work.js';
import type { Generator } from './random-numbers.js';

/** What a random plan may be. */
export interface RandomPlanLimits {
  /** Longest side of a frame in pixels. */
  readonly maxSide: number;
  /** Most operations. */
  readonly maxOperations: number;
}

/** A plan of any formats, sizes, paddings, colours and operations. */
export function randomPlan(random: Generator, { maxSide, maxOperations }: RandomPlanLimits): BackendPlan {
  const side = (): number => (random.below(4) === 0 ? random.between(1, 4) : random.between(1, maxSide));
  const size = { width: side(), height: side() };
  const source = randomFormat(random, size);
  const operations: PreparedOperation[] = [];
  for (let count = random.below(maxOperations + 1); count > 0; count -= 1) {
    const operation = randomOperation(random, size, side);
    operations.push(operation);
    if (operation.type === 'scale') Object.assign(size, { width: operation.width, height: operation.height });
  }
  const target = randomFormat(random, size);
  const sameColor = random.below(4) === 0 && source.color.matrix !== 'rgb' && target.color.matrix !== 'rgb';
  return withWork({
    source,
    target: sameColor ? { layout: target.layout, color: source.color } : target,
    operations,
    upsampling: random.pick(['bilinear', 'bilinear', 'nearest']),
  });
}

function randomFormat(random: Generator, { width, height }: { width: number; height: number }): FrameFormat {
  const format = random.pick(['RGBA', 'BGRA', 'NV12', 'I420'] as const);
  const color: ColorSpace =
    PIXEL_FORMATS[format].model === 'rgb'
      ? SRGB
      : {
          ...BT709,
          matrix: random.pick(['bt709', 'smpte170m', 'bt470bg', 'bt2020-ncl']),
          fullRange: random.below(2) === 0,
          chromaLocation: random.pick(['left', 'center', 'topleft']),
        };
  return { layout: randomLayout(random, format, width, height), color };
}

/** Planes in order, with gaps before them and at the ends of their rows, or none. */
function randomLayout(
  random: Generator,
  format: FrameLayout['format'],
  width: number,
  height: number,
): FrameLayout {
  const isTight = random.below(2) === 0;
  const gap = (): number => (isTight ? 0 : random.pick([0, 1, 3, 4, random.below(70)]));
  let byteLength = 0;
  const planes = PIXEL_FORMATS[format].planes.map((_, index) => {
    const offset = byteLength + gap();
    const rowBytes = planeRowBytes(format, index, width);
    const stride = rowBytes + gap();
    byteLength = offset + stride * (planeRows(format, index, height) - 1) + rowBytes;
    return { offset, stride };
  });
  return { format, width, height, planes, byteLength: byteLength + gap() };
}

function randomOperation(
  random: Generator,
  frame: { width: number; height: number },
  side: () => number,
): PreparedOperation {
  switch (random.below(3)) {
    case 0:
      return { type: 'scale', width: side(), height: side() };
    case 1:
      return { type: 'colorMatrix', coefficients: randomMatrix(random) };
    default: {
      const [width, height] = [side(), side()];
      const data = random.fill(new Uint8Array(width * height * 4));
      const x = random.between(-width, frame.width);
      const y = random.between(-height, frame.height);
      return {
        type: 'overlay',
        image: { data, width, height },
        x,
        y,
        opacity: random.pick([255, 128, 1, random.below(256)]),
      };
    }
  }
}

/** Mostly tame, at times as large as allowed. */
function randomMatrix(random: Generator): Int32Array {
  const [coefficient, offset] = random.below(4) === 0 ? [32_767, 2 ** 22] : [6000, 200_000];
  const pick = (limit: number): number =>
    random.pick([0, limit, -limit, random.between(-limit, limit), random.between(0, limit)]);
  return Int32Array.from({ length: 12 }, (_, index) => pick(index % 4 === 3 ? offset : coefficient));
}
