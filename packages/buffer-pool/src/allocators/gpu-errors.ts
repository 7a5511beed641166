import { FramerailError } from '@framerail/lifecycle';

/** What a lost device answers to everything. */
export function deviceLost(info: {
  readonly reason?: string | undefined;
  readonly message?: string;
}): FramerailError {
  const reason = info.reason ?? 'unknown';
  return new FramerailError({
    code: 'E_GPU_DEVICE_LOST',
    message: `The GPU device is gone (${reason}${info.message ? `: ${info.message}` : ''}) and its buffers with it; make a new device and a pool on it`,
    details: { reason },
  });
}

/** A buffer that is larger than any that the device makes. */
export function aboveDeviceLimit(byteLength: number, maxBufferSize: number): FramerailError {
  return new FramerailError({
    code: 'E_GPU_LIMIT',
    message: `Expected a buffer of at most the ${maxBufferSize} bytes of the device's maxBufferSize but received ${byteLength}; ask for more in requiredLimits when the device is made`,
    details: { limit: 'maxBufferSize', byteLength, maxBufferSize },
  });
}

/** What a device said when it was to make a buffer: thrown by the call, or caught by an error scope. */
export function bufferRefused(error: unknown, byteLength: number): FramerailError {
  const why = error instanceof Error || isGpuError(error) ? error.message : String(error);
  const details = { byteLength };
  const kind = (error as object | null)?.constructor?.name;
  if (kind === 'GPUOutOfMemoryError') {
    const message = `The GPU has no memory left for a buffer of ${byteLength} bytes; free some, or lower maxBytes: ${why}`;
    return new FramerailError({ code: 'E_GPU_OUT_OF_MEMORY', message, cause: error, details });
  }
  const code = kind === 'GPUInternalError' ? 'E_GPU_INTERNAL' : 'E_GPU_VALIDATION';
  const message = `The GPU refused a buffer of ${byteLength} bytes: ${why}`;
  return new FramerailError({ code, message, cause: error, details });
}

/** `GPUError`s are no `Error`s. */
function isGpuError(error: unknown): error is { readonly message: string } {
  return typeof (error as { message?: unknown } | null)?.message === 'string';
}
