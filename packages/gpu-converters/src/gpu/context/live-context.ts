import { abortable, createEmitter, FramerailError } from '@framerail/lifecycle';
import type { ShaderSource } from '../compile-shader.js';
import { type DeviceGuard, guardDevice } from '../device-guard.js';
import { contextDisposed, deviceLost, gpuError, withErrorScopes } from '../gpu-errors.js';
import type { GpuAdapterInfo, GpuDeviceHandle } from '../open-device.js';
import type { DeviceSource } from './device-source.js';
import type { GpuContext, GpuContextEvents, GpuContextStats } from './gpu-context.js';
import { GpuMemory } from './gpu-memory.js';
import type { MemoryAccount } from './memory-account.js';
import { PipelineCache } from './pipeline-cache.js';

/** What a {@link LiveContext} is put together from. */
export interface ContextParts {
  readonly account: MemoryAccount;
  readonly maxPipelines: number;
  readonly device: GPUDevice;
  /** Where another device comes from; `undefined` with the caller's. */
  readonly source: DeviceSource | undefined;
  /** Closes the device; `undefined` with the caller's. */
  readonly handle?: GpuDeviceHandle | undefined;
}

/** The context: one device after the other, and what is made on them. */
export class LiveContext implements GpuContext {
  readonly ownsDevice: boolean;
  readonly #account: MemoryAccount;
  readonly #memory: GpuMemory;
  readonly #pipelines: PipelineCache;
  readonly #source: DeviceSource | undefined;
  readonly #events = createEmitter<GpuContextEvents>();
  readonly #disposal = new AbortController();
  #device: GPUDevice;
  #guard: DeviceGuard;
  #handle: GpuDeviceHandle | undefined;
  #generation = 1;
  #uncapturedErrors = 0;
  #rebuilding: Promise<GPUDevice> | undefined;
  #end: FramerailError | undefined;
  #leave = (): void => {};

  constructor({ account, maxPipelines, device, source, handle }: ContextParts) {
    this.#account = account;
    this.#memory = new GpuMemory(account);
    this.#pipelines = new PipelineCache(maxPipelines);
    this.#source = source;
    this.ownsDevice = handle !== undefined;
    this.#device = device;
    this.#guard = guardDevice(device);
    this.#settleOn(device, handle);
  }

  get device(): GPUDevice {
    this.#expectDevice();
    return this.#device;
  }

  get generation(): number {
    return this.#generation;
  }

  get adapterInfo(): GpuAdapterInfo {
    if (this.#handle !== undefined) return this.#handle.adapterInfo;
    const { vendor, architecture, device, description } = this.#device.adapterInfo;
    return Object.freeze({ vendor, architecture, device, description });
  }

  get hasTimestamps(): boolean {
    return this.#device.features.has('timestamp-query');
  }

  on<Name extends keyof GpuContextEvents>(
    name: Name,
    listener: (event: GpuContextEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  async ready({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<GPUDevice> {
    if (this.#rebuilding !== undefined) await abortable(this.#rebuilding, signal, 'Waiting for a GPU device');
    return this.device;
  }

  createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer {
    return this.#memory.createBuffer(this.device, this.#guard, descriptor);
  }

  createTexture(descriptor: GPUTextureDescriptor): GPUTexture {
    return this.#memory.createTexture(this.device, descriptor);
  }

  async allocateBuffer(descriptor: GPUBufferDescriptor): Promise<GPUBuffer> {
    const guard = this.#guard;
    const { value: buffer, error } = withErrorScopes(
      this.device,
      ['validation', 'out-of-memory', 'internal'],
      () => this.createBuffer(descriptor),
    );
    const refusal = await error.catch((cause: unknown) => {
      buffer.destroy();
      throw guard.lost ?? cause;
    });
    if (refusal === undefined && guard.lost === undefined) return buffer;
    buffer.destroy();
    throw (
      guard.lost ?? gpuError(refusal as GPUError, descriptor.label || `a buffer of ${descriptor.size} bytes`)
    );
  }

  async pipeline(source: ShaderSource): Promise<GPUComputePipeline> {
    const { device } = this;
    const guard = this.#guard;
    try {
      return await this.#pipelines.get(device, source);
    } catch (error) {
      throw guard.lost ?? error;
    }
  }

  stats(): GpuContextStats {
    return Object.freeze({
      generation: this.#generation,
      bytes: this.#account.bytes,
      peakBytes: this.#account.peakBytes,
      maxBytes: this.#account.maxBytes,
      buffers: this.#memory.buffers,
      textures: this.#memory.textures,
      pipelines: this.#pipelines.stats(),
      uncapturedErrors: this.#uncapturedErrors,
    });
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort();
    this.#end = closedError();
    this.#events.emit('disposed', { error: contextDisposed() });
    this.#leave();
    this.#memory.destroyAll();
    this.#pipelines.clear();
    this.#handle?.close();
    this.#events.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Takes a device on: listens to it, and guards what of it is lent. */
  #settleOn(device: GPUDevice, handle: GpuDeviceHandle | undefined): void {
    this.#device = device;
    this.#handle = handle;
    this.#guard = guardDevice(device);
    const detach = this.#guard.attach((error) => this.#lose(error));
    const onError = ({ error }: GPUUncapturedErrorEvent): void => {
      this.#uncapturedErrors += 1;
      this.#events.emit('error', { error: gpuError(error, 'a call outside of all error scopes') });
    };
    device.addEventListener('uncapturederror', onError);
    this.#leave = () => {
      device.removeEventListener('uncapturederror', onError);
      detach();
    };
  }

  #lose(error: FramerailError): void {
    this.#leave();
    this.#pipelines.clear();
    const source = this.#source?.mayOpenAnother() ? this.#source : undefined;
    if (source === undefined) this.#end = error;
    const generation = this.#generation;
    const handle = this.#handle;
    if (source !== undefined) this.#rebuild(source);
    this.#events.emit('lost', { error, generation, rebuilding: source !== undefined });
    // What was lent of a lost device goes when it is given back.
    this.#memory.destroyAll();
    handle?.close();
    if (source === undefined && this.ownsDevice) this.#events.emit('failed', { error });
  }

  #rebuild(source: DeviceSource): void {
    const opening = source.another(this.#disposal.signal).then(
      (handle) => {
        this.#rebuilding = undefined;
        if (this.#end !== undefined) {
          handle.close();
          throw this.#end;
        }
        this.#generation += 1;
        this.#settleOn(handle.device, handle);
        this.#events.emit('rebuilt', { device: handle.device, generation: this.#generation });
        return handle.device;
      },
      (cause: unknown) => {
        this.#rebuilding = undefined;
        if (this.#end !== undefined) throw this.#end;
        const why = cause instanceof Error ? cause.message : String(cause);
        this.#end = deviceLost('not replaced', why, cause);
        this.#events.emit('failed', { error: this.#end });
        throw this.#end;
      },
    );
    // Whoever waits for it hears of the failure; nobody has to.
    opening.catch(() => {});
    this.#rebuilding = opening;
  }

  #expectDevice(): void {
    if (this.#end !== undefined) throw this.#end;
    if (this.#guard.lost === undefined) return;
    throw this.#guard.lost;
  }
}

function closedError(): FramerailError {
  return new FramerailError({
    code: 'E_CLOSED',
    message: 'The GPU context is disposed; make another one',
  });
}
