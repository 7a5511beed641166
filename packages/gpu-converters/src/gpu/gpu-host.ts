import { type FramerailError, invalidArgument, isFramerailError } from '@framerail/lifecycle';
import { createMapBuffer, type MapBuffer } from './buffer-mapping.js';
import { compileShader, type ShaderSource } from './compile-shader.js';
import type { GpuContext } from './context/gpu-context.js';
import { type DeviceGuard, guardDevice } from './device-guard.js';
import { contextDisposed } from './gpu-errors.js';

/** A device, whoever holds it: with a context everything is counted and compiled there, else on the device itself. */
export interface GpuHost {
  readonly device: GPUDevice;
  readonly guard: DeviceGuard;
  /** Maps buffers, one after the other. One for each user: how long it sleeps goes by how long that user's work takes. */
  readonly mapBuffer: MapBuffer;
  createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer;
  pipeline(source: ShaderSource): Promise<GPUComputePipeline>;
  /** Why nothing can be done on it any more. */
  readonly gone: FramerailError | undefined;
  /** Calls once when the device is lost or the context disposed. Returns the detaching. */
  attach(onGone: (error: FramerailError) => void): () => void;
}

/** Who holds a device: exactly one of the two. */
export interface GpuHolder {
  /** Counts the memory and keeps the pipelines. */
  readonly context?: GpuContext | undefined;
  /** A device without a budget. */
  readonly device?: GPUDevice | undefined;
}

/** @throws FramerailError `E_INVALID_ARGUMENT` unless there is exactly one of the two, and a real one; `E_GPU_DEVICE_LOST`, `E_CLOSED` */
export function hostOf({ context, device }: GpuHolder): GpuHost {
  if ((context === undefined) === (device === undefined)) {
    const received = context === undefined ? undefined : 'both';
    throw invalidArgument('context', 'a GpuContext, or else a GPUDevice as device,', received);
  }
  if (typeof (context ?? device)?.createBuffer !== 'function') {
    const [name, expected] = context === undefined ? ['device', 'a GPUDevice'] : ['context', 'a GpuContext'];
    throw invalidArgument(name as string, expected as string, context ?? device);
  }
  return context === undefined ? deviceHost(device as GPUDevice) : contextHost(context);
}

function deviceHost(device: GPUDevice): GpuHost {
  const guard = guardDevice(device);
  if (guard.lost !== undefined) throw guard.lost;
  return {
    device,
    guard,
    mapBuffer: createMapBuffer(),
    createBuffer: (descriptor) => device.createBuffer(descriptor),
    pipeline: (source) => compileShader(device, source),
    get gone() {
      return guard.lost;
    },
    attach: (onGone) => guard.attach(onGone),
  };
}

/** Stays with the device that the context has now. */
function contextHost(context: GpuContext): GpuHost {
  const { device } = context;
  const guard = guardDevice(device);
  const gone = (): FramerailError | undefined => disposalOf(context) ?? guard.lost;
  const here = (): void => {
    const error = gone();
    if (error !== undefined) throw error;
  };
  return {
    device,
    guard,
    mapBuffer: createMapBuffer(),
    createBuffer(descriptor) {
      here();
      return context.createBuffer(descriptor);
    },
    async pipeline(source) {
      here();
      return context.pipeline(source);
    },
    get gone() {
      return gone();
    },
    attach(onGone) {
      let attached = true;
      const detach = (): void => {
        attached = false;
        offLost();
        offDisposed();
      };
      const tell = (error: FramerailError): void => {
        if (!attached) return;
        detach();
        onGone(error);
      };
      const offLost = guard.attach(tell);
      const offDisposed = context.on('disposed', ({ error }) => tell(error));
      return detach;
    },
  };
}

/** Why a context has no device: with the device of its own still there it can only be disposed. */
function disposalOf(context: GpuContext): FramerailError | undefined {
  try {
    return context.device && undefined;
  } catch (error) {
    return isFramerailError(error, 'E_CLOSED') ? contextDisposed() : (error as FramerailError);
  }
}
