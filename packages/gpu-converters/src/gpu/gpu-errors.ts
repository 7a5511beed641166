import { FramerailError } from '@framerail/lifecycle';

/** What a lost device answers to everything. */
export function deviceLost(reason: string, message: string, cause?: unknown): FramerailError {
  return new FramerailError({
    code: 'E_GPU_DEVICE_LOST',
    message: `The GPU device is gone (${reason}${message === '' ? '' : `: ${message}`}); give the frame to another backend or make a new device`,
    cause,
    details: { reason },
  });
}

/** What rings, schedulers and backends answer when their context is disposed: their work can be done elsewhere. */
export function contextDisposed(): FramerailError {
  return deviceLost('disposed', 'its GPU context was disposed');
}

/** The coded error for what an error scope caught. */
export function gpuError(error: GPUError, what: string): FramerailError {
  const name = error.constructor.name;
  if (name === 'GPUOutOfMemoryError') {
    const message = `The GPU has no memory left for ${what}; free some or use smaller frames or fewer slots: ${error.message}`;
    return new FramerailError({ code: 'E_GPU_OUT_OF_MEMORY', message, cause: error });
  }
  const code = name === 'GPUInternalError' ? 'E_GPU_INTERNAL' : 'E_GPU_VALIDATION';
  return new FramerailError({ code, message: `The GPU refused ${what}: ${error.message}`, cause: error });
}

/** The coded error for a readback that could not be mapped. */
export function mappingError(cause: unknown): FramerailError {
  const why = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  return new FramerailError({ code: 'E_GPU_INTERNAL', message: `The GPU gave no frame back${why}`, cause });
}

/** Error scopes around synchronous calls on a device, so that their failures are ours and nobody else's. */
export function withErrorScopes<T>(
  device: GPUDevice,
  filters: readonly GPUErrorFilter[],
  make: () => T,
): { readonly value: T; readonly error: Promise<GPUError | undefined> } {
  for (const filter of filters) device.pushErrorScope(filter);
  try {
    const value = make();
    return { value, error: popAll(device, filters.length) };
  } catch (error) {
    popAll(device, filters.length).catch(() => {});
    throw error;
  }
}

async function popAll(device: GPUDevice, count: number): Promise<GPUError | undefined> {
  const scopes = Array.from({ length: count }, () => device.popErrorScope());
  const errors = await Promise.all(scopes);
  return errors.find((error) => error !== null) ?? undefined;
}
