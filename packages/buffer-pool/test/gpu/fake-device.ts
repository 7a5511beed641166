import type { GpuDeviceLike } from '../../src/index.js';

/** A buffer that remembers what was done with it. */
export interface FakeBuffer extends GPUBuffer {
  readonly destroyed: number;
  mapState: GPUBufferMapState;
}

/** What becomes of a buffer, by the name of the error; a promise is awaited before it is told. */
export type Fate = 'GPUValidationError' | 'GPUOutOfMemoryError' | 'GPUInternalError' | undefined;

/** A device that fails on demand. */
export interface FakeDevice extends GpuDeviceLike {
  readonly buffers: FakeBuffer[];
  readonly descriptors: GPUBufferDescriptor[];
  /** Decides the fate of buffers; default: all are made. */
  fate: (descriptor: GPUBufferDescriptor) => Fate;
  /** Thrown by the next calls of `createBuffer`. */
  throws: Error | undefined;
  /** Error scopes are told of nothing before this has resolved. */
  telling: Promise<void>;
  /** Scopes that are open. */
  readonly openScopes: number;
  lose(info?: { reason?: string; message?: string }): Promise<void>;
}

const FILTER_OF: Record<string, GPUErrorFilter> = {
  GPUValidationError: 'validation',
  GPUOutOfMemoryError: 'out-of-memory',
  GPUInternalError: 'internal',
};

/** Makes a device without a GPU. */
export function fakeDevice(options: { maxBufferSize?: number } = {}): FakeDevice {
  const { maxBufferSize = 1 << 28 } = options;
  const scopes: { filter: GPUErrorFilter; error: GPUError | null }[] = [];
  let lose: (info: GPUDeviceLostInfo) => void = () => {};
  const lost = new Promise<GPUDeviceLostInfo>((resolve) => {
    lose = resolve;
  });
  const device: FakeDevice = {
    buffers: [],
    descriptors: [],
    fate: () => undefined,
    throws: undefined,
    telling: Promise.resolve(),
    limits: { maxBufferSize },
    lost,
    get openScopes() {
      return scopes.length;
    },
    async lose({ reason = 'unknown', message = 'the driver went away' } = {}) {
      lose({ __brand: 'GPUDeviceLostInfo', reason: reason as GPUDeviceLostReason, message });
      await new Promise((resolve) => setImmediate(resolve));
    },
    createBuffer(descriptor) {
      if (device.throws !== undefined) throw device.throws;
      device.descriptors.push(descriptor);
      const fate = device.fate(descriptor);
      if (fate !== undefined) {
        const scope = scopes.findLast(({ filter }) => filter === FILTER_OF[fate]);
        if (scope === undefined) throw new Error(`No scope catches ${fate}`);
        scope.error ??= errorNamed(fate);
      }
      const buffer = fakeBuffer(descriptor);
      device.buffers.push(buffer);
      return buffer;
    },
    pushErrorScope(filter) {
      scopes.push({ filter, error: null });
    },
    async popErrorScope() {
      const { error } = scopes.pop() as { error: GPUError | null };
      await device.telling;
      return error;
    },
  };
  return device;
}

function fakeBuffer({ size, usage }: GPUBufferDescriptor): FakeBuffer {
  let destroyed = 0;
  const buffer = {
    size,
    usage,
    mapState: 'unmapped',
    get destroyed() {
      return destroyed;
    },
    destroy() {
      destroyed += 1;
    },
    unmap() {
      buffer.mapState = 'unmapped';
    },
  };
  return buffer as unknown as FakeBuffer;
}

/** As the platform's: no `Error`, told apart by its class. */
function errorNamed(name: string): GPUError {
  const holder = {
    [name]: class {
      message = `${name} on purpose`;
    },
  };
  const ErrorClass = holder[name] as new () => GPUError;
  return new ErrorClass();
}
