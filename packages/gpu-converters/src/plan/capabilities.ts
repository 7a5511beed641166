import {
  BT709,
  frameLayout,
  MAX_FRAME_SIDE,
  PIXEL_FORMATS,
  type PixelFormat,
  SRGB,
} from '@framerail/media-types';
import type { BackendName } from '../backends/backend.js';
import type { Operation } from '../operations/operation.js';
import { OPERATION_TYPES } from '../operations/prepare-operations.js';
import type { WorkDepth } from '../operations/prepared-operation.js';
import { CONVERTIBLE_FORMATS } from './frame-checks.js';
import { planConversion } from './plan-conversion.js';

/** What a backend does with a pair of formats. */
export interface ConversionCapability {
  /** Of the source. */
  readonly from: PixelFormat;
  /** Of the target. */
  readonly to: PixelFormat;
  /** Whose capability it is. */
  readonly backend: BackendName;
  /** Whether the backend has it; where not, the sizes are 0. */
  readonly supported: boolean;
  /**
   * Whether every sample is the exactly rounded value of the rational formula: in BT.709, limited range, with nothing done on the
   * way. For one conversion in particular `planConversion` says it.
   */
  readonly exact: boolean;
  /** How far a sample may be from the formula, in codes of the target (of half floats: steps at the value); not set: no
   * bound is stated. */
  readonly largestErrorCodes: number | undefined;
  /** Columns, at most; 0: unsupported. */
  readonly maxWidth: number;
  /** Rows, at most; 0: unsupported. */
  readonly maxHeight: number;
  /** Bytes that a frame's layout may have, at most; not set: what memory there is. 0: unsupported. */
  readonly maxFrameBytes: number | undefined;
  /** What else has to be known. */
  readonly note?: string;
}

/** What a backend does to frames. */
export interface OperationCapability {
  /** Its name in a list of operations. */
  readonly operation: Operation['type'];
  /** Whose capability it is. */
  readonly backend: BackendName;
  /** Bits of a channel that it is done at; empty: unsupported. A plan chooses by the formats of both sides. */
  readonly depths: readonly WorkDepth[];
}

/** What there is; see {@link capabilities}. */
export interface Capabilities {
  /** One entry for each pair of formats and each backend. */
  readonly conversions: readonly ConversionCapability[];
  /** One entry for each operation and each backend. */
  readonly operations: readonly OperationCapability[];
}

/** Options of {@link capabilities}. */
export interface CapabilitiesOptions {
  /** Of the GPU device that is meant; default what every WebGPU device has. */
  readonly limits?: Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;
}

const BACKENDS: readonly BackendName[] = ['webgpu', 'native', 'reference'];

/** WebGPU's own defaults, which a device has that was asked for nothing else. */
const DEFAULT_LIMITS = { maxBufferSize: 268_435_456, maxStorageBufferBindingSize: 134_217_728 };

const OTHER_MATRIX = 'of one matrix; another one goes by way of RGBA and is rounded twice';

/**
 * What conversions and operations there are, in which sizes, as data: so that a caller can plan instead of catching. Whether a
 * backend is there at all (a GPU, the addon) is another question, which `createFrameProcessor` answers.
 *
 * @returns plain, immutable data
 */
export function capabilities({ limits = DEFAULT_LIMITS }: CapabilitiesOptions = {}): Capabilities {
  const gpuBytes = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const conversions = CONVERTIBLE_FORMATS.flatMap((from) =>
    CONVERTIBLE_FORMATS.flatMap((to) => {
      const { exact, largestErrorCodes } = planConversion(sample(from), sample(to));
      const changesMatrix = [from, to].every((format) => PIXEL_FORMATS[format].model === 'ycbcr');
      return BACKENDS.map((backend) =>
        Object.freeze({
          from,
          to,
          backend,
          supported: true,
          exact,
          largestErrorCodes,
          maxWidth: MAX_FRAME_SIDE,
          maxHeight: MAX_FRAME_SIDE,
          maxFrameBytes: backend === 'webgpu' ? gpuBytes : undefined,
          ...(changesMatrix ? { note: OTHER_MATRIX } : {}),
        }),
      );
    }),
  );
  const depths: readonly WorkDepth[] = Object.freeze([8, 16] as const);
  const operations = OPERATION_TYPES.flatMap((operation) =>
    BACKENDS.map((backend) => Object.freeze({ operation, backend, depths })),
  );
  return Object.freeze({ conversions: Object.freeze(conversions), operations: Object.freeze(operations) });
}

function sample(format: PixelFormat) {
  const color = PIXEL_FORMATS[format].model === 'rgb' ? SRGB : BT709;
  return { layout: frameLayout({ format, width: 4, height: 4 }), color };
}
