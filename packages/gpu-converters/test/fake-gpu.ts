// A GPUDevice in plain JavaScript whose work gets done when a test says so. It knows as much of WebGPU's rules as
// scheduler, ring and context depend on: error scopes, invalid submissions, mapping states, loss.
import type { GpuDeviceHandle } from '../src/index.js';

class GPUValidationError extends Error {}
class GPUOutOfMemoryError extends Error {}
const ERRORS = { validation: GPUValidationError, 'out-of-memory': GPUOutOfMemoryError };
type Trouble = keyof typeof ERRORS;

/** Commands of an encoder, as far as anybody looks. */
interface Command {
  readonly label: string;
  readonly buffers: readonly FakeBuffer[];
  readonly run?: () => void;
}

interface Submission {
  readonly commands: readonly Command[];
}

/** A buffer with memory of its own. */
export class FakeBuffer {
  readonly size: number;
  readonly usage: number;
  readonly label: string;
  mapState: GPUBufferMapState = 'unmapped';
  destroyed = false;
  memory: Uint8Array<ArrayBuffer>;
  readonly #gpu: FakeGpu;
  #range: ArrayBuffer | undefined;
  #pending: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(gpu: FakeGpu, { size, usage, label = '', mappedAtCreation }: GPUBufferDescriptor) {
    this.#gpu = gpu;
    this.size = size;
    this.usage = usage;
    this.label = label;
    this.memory = new Uint8Array(size);
    if (mappedAtCreation) this.mapState = 'mapped';
  }

  mapAsync(): Promise<undefined> {
    if (this.destroyed) return Promise.reject(new Error('the buffer is destroyed'));
    if (this.mapState !== 'unmapped') return Promise.reject(new Error(`the buffer is ${this.mapState}`));
    this.mapState = 'pending';
    return new Promise((resolve, reject) => {
      this.#pending = { resolve: () => resolve(undefined), reject };
      this.settle();
    });
  }

  /** Finishes a mapping that is asked for, once nothing that was submitted uses the buffer. */
  settle(): void {
    if (this.#pending === undefined || this.#gpu.isInUse(this)) return;
    const { resolve } = this.#pending;
    this.#pending = undefined;
    this.mapState = 'mapped';
    resolve();
  }

  getMappedRange(): ArrayBuffer {
    if (this.mapState !== 'mapped') throw new Error('the buffer is not mapped');
    this.#range = this.memory.buffer;
    return this.#range;
  }

  unmap(): void {
    if (this.#range !== undefined)
      this.memory = new Uint8Array(structuredClone(this.#range, { transfer: [this.#range] }));
    this.#range = undefined;
    this.#pending?.reject(new Error('the mapping was given up'));
    this.#pending = undefined;
    this.mapState = 'unmapped';
  }

  destroy(): void {
    if (this.destroyed) return;
    this.unmap();
    this.destroyed = true;
    this.#gpu.alive.delete(this);
  }
}

/** The device, and the strings that a test pulls. */
export class FakeGpu {
  readonly alive = new Set<FakeBuffer>();
  readonly submissions: Submission[] = [];
  /** Labels of the commands of all submissions, one list a submission. */
  readonly log: string[][] = [];
  readonly device: GPUDevice;
  readonly limits = { maxBufferSize: 1 << 28, maxStorageBufferBindingSize: 1 << 27 };
  isLost = false;
  /** What the next buffer meets. */
  nextBuffer: Trouble | undefined;
  /** Shaders that were compiled. */
  compiled = 0;
  #scopes: { filter: string; error: Error | null }[] = [];
  #lose: (info: { reason: string; message: string }) => void = () => {};
  #onError = new Set<(event: { error: Error }) => void>();

  constructor({ timestamps = false }: { timestamps?: boolean } = {}) {
    const lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    const device = {
      label: 'fake',
      limits: this.limits,
      features: new Set(timestamps ? ['timestamp-query'] : []),
      adapterInfo: { vendor: 'nobody', architecture: 'fake', device: '0', description: 'a fake' },
      lost,
      queue: {
        submit: (buffers: { commands: Command[]; trouble: string | undefined }[]) => this.#submit(buffers),
        writeBuffer: () => {},
      },
      addEventListener: (_: string, listener: (event: { error: Error }) => void) =>
        this.#onError.add(listener),
      removeEventListener: (_: string, listener: (event: { error: Error }) => void) =>
        this.#onError.delete(listener),
      pushErrorScope: (filter: string) => this.#scopes.push({ filter, error: null }),
      popErrorScope: async () => this.#scopes.pop()?.error ?? null,
      createBuffer: (descriptor: GPUBufferDescriptor) => this.#createBuffer(descriptor),
      createTexture: () => ({ destroy() {} }),
      createQuerySet: () => ({ destroy() {} }),
      createCommandEncoder: () => new FakeEncoder(),
      createShaderModule: ({ code }: { code: string }) => ({
        code,
        getCompilationInfo: async () => ({
          messages: code.includes('error')
            ? [{ type: 'error', lineNum: 1, linePos: 1, message: 'no such thing' }]
            : [],
        }),
      }),
      createComputePipelineAsync: async (descriptor: unknown) => {
        this.compiled += 1;
        return { descriptor };
      },
      destroy: () => {
        for (const buffer of [...this.alive]) buffer.destroy();
        this.lose('destroyed');
      },
    };
    this.device = device as unknown as GPUDevice;
  }

  /** A handle of the device, as `openGpuDevice` gives one. */
  handle(): GpuDeviceHandle {
    const close = (): void => this.device.destroy() as unknown as undefined;
    const adapterInfo = { vendor: 'nobody', architecture: 'fake', device: '0', description: 'a fake' };
    return { device: this.device, adapterInfo, isSoftware: true, close, [Symbol.dispose]: close };
  }

  /** Finishes the oldest submissions; all if no number is given. */
  finish(count = this.submissions.length): void {
    for (const { commands } of this.submissions.splice(0, count)) for (const { run } of commands) run?.();
    for (const buffer of this.alive) buffer.settle();
  }

  /** The driver is gone: nothing more comes of anything. */
  lose(reason = 'unknown'): void {
    if (this.isLost) return;
    this.isLost = true;
    this.submissions.splice(0);
    this.#lose({ reason, message: 'the test says so' });
  }

  /** An error that no scope caught. */
  raise(trouble: Trouble, message: string): void {
    for (const listener of this.#onError) listener({ error: new ERRORS[trouble](message) });
  }

  isInUse(buffer: FakeBuffer): boolean {
    return this.submissions.some(({ commands }) => commands.some(({ buffers }) => buffers.includes(buffer)));
  }

  #createBuffer(descriptor: GPUBufferDescriptor): FakeBuffer {
    const buffer = new FakeBuffer(this, descriptor);
    this.alive.add(buffer);
    const trouble = this.nextBuffer;
    this.nextBuffer = undefined;
    if (trouble !== undefined) this.#report(trouble, 'the test wants it so');
    return buffer;
  }

  #submit(buffers: { commands: Command[]; trouble: string | undefined }[]): void {
    if (this.isLost) return;
    const commands = buffers.flatMap((buffer) => buffer.commands);
    const trouble =
      buffers.find((buffer) => buffer.trouble !== undefined)?.trouble ??
      commands.flatMap((command) => command.buffers.map(troubleOf)).find((found) => found !== undefined);
    if (trouble !== undefined) {
      this.#report('validation', trouble);
      return;
    }
    this.submissions.push({ commands });
    this.log.push(commands.map(({ label }) => label).filter((label) => label !== ''));
  }

  #report(trouble: Trouble, message: string): void {
    const scope = this.#scopes.findLast(({ filter }) => filter === trouble);
    if (scope === undefined) this.raise(trouble, message);
    else scope.error ??= new ERRORS[trouble](message);
  }
}

function troubleOf(buffer: FakeBuffer): string | undefined {
  if (buffer.destroyed) return `${buffer.label} is destroyed`;
  return buffer.mapState === 'unmapped' ? undefined : `${buffer.label} is ${buffer.mapState}`;
}

/** Takes commands down. `insertDebugMarker('invalid')` makes it invalid, other marks are logged. */
class FakeEncoder {
  readonly #commands: Command[] = [];
  #trouble: string | undefined;

  copyBufferToBuffer(from: FakeBuffer, at: number, to: FakeBuffer, toAt: number, length: number): void {
    const run = (): void => to.memory.set(from.memory.subarray(at, at + length), toAt);
    this.#commands.push({ label: '', buffers: [from, to], run });
  }

  clearBuffer(buffer: FakeBuffer): void {
    this.#commands.push({ label: '', buffers: [buffer], run: () => buffer.memory.fill(0) });
  }

  resolveQuerySet(_set: unknown, _first: number, _count: number, buffer: FakeBuffer): void {
    this.#commands.push({ label: '', buffers: [buffer] });
  }

  beginComputePass(): { end(): void } {
    return { end() {} };
  }

  insertDebugMarker(label: string): void {
    if (label === 'invalid') this.#trouble = 'an invalid command';
    else this.#commands.push({ label, buffers: [] });
  }

  finish(): { commands: Command[]; trouble: string | undefined } {
    return { commands: this.#commands, trouble: this.#trouble };
  }
}

/** Maps at once, without Node's pacing. */
export const mapDirectly = (buffer: GPUBuffer, mode: GPUMapModeFlags): Promise<void> =>
  buffer.mapAsync(mode) as Promise<void>;

/** Lets all promises run that wait for nothing else. */
export const settleAll = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
