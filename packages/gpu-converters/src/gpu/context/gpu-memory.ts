import { expectInteger, FramerailError } from '@framerail/lifecycle';
import type { DeviceGuard } from '../device-guard.js';
import type { MemoryAccount } from './memory-account.js';
import { textureBytes } from './texture-bytes.js';

/** Makes buffers and textures that count against an account until they are destroyed. */
export class GpuMemory {
  readonly #account: MemoryAccount;
  readonly #buffers = new Map<GPUBuffer, DeviceGuard>();
  readonly #textures = new Set<GPUTexture>();

  /** @param account - is charged */
  constructor(account: MemoryAccount) {
    this.#account = account;
  }

  /** Buffers that are not destroyed. */
  get buffers(): number {
    return this.#buffers.size;
  }

  /** Textures that are not destroyed. */
  get textures(): number {
    return this.#textures.size;
  }

  /** @throws FramerailError `E_GPU_BUDGET`, `E_GPU_LIMIT`, `E_GPU_OUT_OF_MEMORY`, `E_INVALID_ARGUMENT` */
  createBuffer(device: GPUDevice, guard: DeviceGuard, descriptor: GPUBufferDescriptor): GPUBuffer {
    const what = descriptor.label || 'a buffer';
    const size = expectInteger(`size of ${what}`, descriptor.size, { min: 1 });
    expectBelowLimit(device, size, what);
    const giveBack = this.#account.take(size, what);
    const buffer = this.#make(what, giveBack, () => device.createBuffer(descriptor));
    this.#buffers.set(buffer, guard);
    onDestroy(buffer, () => {
      this.#buffers.delete(buffer);
      giveBack();
    });
    return buffer;
  }

  /** @throws FramerailError as {@link GpuMemory.createBuffer} */
  createTexture(device: GPUDevice, descriptor: GPUTextureDescriptor): GPUTexture {
    const what = descriptor.label || 'a texture';
    const giveBack = this.#account.take(textureBytes(descriptor), what);
    const texture = this.#make(what, giveBack, () => device.createTexture(descriptor));
    this.#textures.add(texture);
    onDestroy(texture, () => {
      this.#textures.delete(texture);
      giveBack();
    });
    return texture;
  }

  /** Destroys everything: what is mapped and lent, when it is given back. */
  destroyAll(): void {
    for (const [buffer, guard] of [...this.#buffers]) guard.whenNotHeld(buffer, () => buffer.destroy());
    for (const texture of [...this.#textures]) texture.destroy();
  }

  #make<T>(what: string, giveBack: () => void, make: () => T): T {
    try {
      return make();
    } catch (cause) {
      giveBack();
      throw refused(what, cause);
    }
  }
}

/** A host throws a RangeError where it has no memory to map, and a TypeError where a descriptor makes no sense. */
function refused(what: string, cause: unknown): FramerailError {
  const why = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof RangeError)) {
    const message = `The GPU refused ${what}: ${why}`;
    return new FramerailError({ code: 'E_GPU_VALIDATION', message, cause });
  }
  return new FramerailError({
    code: 'E_GPU_OUT_OF_MEMORY',
    message: `There is no memory left to map ${what}; free some or use smaller frames or fewer slots: ${why}`,
    cause,
  });
}

/** Puts something before an object's own `destroy`, once. */
function onDestroy(made: GPUBuffer | GPUTexture, then: () => void): void {
  const destroy = made.destroy.bind(made);
  let destroyed = false;
  const value = (): undefined => {
    if (!destroyed) then();
    destroyed = true;
    return destroy();
  };
  Object.defineProperty(made, 'destroy', { value, configurable: true, writable: true });
}

function expectBelowLimit({ limits }: GPUDevice, needed: number, what: string): void {
  const limit = 'maxBufferSize';
  const value = limits[limit];
  if (needed <= value) return;
  throw new FramerailError({
    code: 'E_GPU_LIMIT',
    message:
      `Expected a device with ${limit} of at least ${needed} (bytes of ${what}) but received one with ${value}; ` +
      'ask the adapter for more in requestDevice, or use smaller frames',
    details: { limit, value, needed },
  });
}
