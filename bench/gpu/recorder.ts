// What the product's own backend asks of the GPU for one frame, taken down so that it can be asked again and timed.

/** A call on a compute pass. */
type PassCall = (pass: GPUComputePassEncoder) => void;

/** One frame's GPU work, without upload and readback. It can be done any number of times, with the same result. */
export interface RecordedFrame {
  /** The calls of each compute pass. */
  readonly passes: readonly (readonly PassCall[])[];
  /** Dispatches in all passes. */
  readonly dispatches: number;
  /** Where the result lies, as the backend copies it from there to be read. */
  readonly target: GPUBuffer;
  /** Bytes of the result. */
  readonly targetBytes: number;
}

/**
 * Takes down what `run` gives to a device: one frame of a backend, which uses no device but this one.
 *
 * @param device - gets methods of its own for the time of `run`, which call the class's
 * @throws RangeError if no dispatch came, or nothing was copied after it
 */
export async function recordFrame(device: GPUDevice, run: () => Promise<void>): Promise<RecordedFrame> {
  const passes: PassCall[][] = [];
  let dispatches = 0;
  let copied: { from: GPUBuffer; bytes: number } | undefined;
  const make = device.createCommandEncoder;
  const own = Object.getOwnPropertyDescriptor(device, 'createCommandEncoder');
  device.createCommandEncoder = function createCommandEncoder(...given) {
    const encoder = make.apply(device, given);
    const { beginComputePass, copyBufferToBuffer } = encoder;
    encoder.beginComputePass = (...options) => {
      const calls: PassCall[] = [];
      passes.push(calls);
      const pass = beginComputePass.apply(encoder, options);
      for (const name of ['setPipeline', 'setBindGroup', 'dispatchWorkgroups'] as const) {
        const own = pass[name] as (...args: unknown[]) => undefined;
        (pass as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => {
          if (name === 'dispatchWorkgroups') dispatches += 1;
          calls.push((other) => (other[name] as (...same: unknown[]) => undefined).apply(other, args));
          own.apply(pass, args);
        };
      }
      return pass;
    };
    encoder.copyBufferToBuffer = ((...args: [GPUBuffer, ...unknown[]]) => {
      // Both forms end with the size: (from, to, bytes) and (from, offset, to, offset, bytes).
      copied = { from: args[0], bytes: args.at(-1) as number };
      (copyBufferToBuffer as (...same: unknown[]) => undefined).apply(encoder, args);
    }) as typeof copyBufferToBuffer;
    return encoder;
  };
  try {
    await run();
  } finally {
    Reflect.deleteProperty(device, 'createCommandEncoder');
    if (own !== undefined) Object.defineProperty(device, 'createCommandEncoder', own);
  }
  if (dispatches === 0 || copied === undefined)
    throw new RangeError(`Expected a frame's work but received ${dispatches} dispatches and no copy`);
  return { passes, dispatches, target: copied.from, targetBytes: copied.bytes };
}

/** Does a frame's work once more, in an encoder. With `timestamps` the first pass begins and the last one ends a time. */
export function replay(
  encoder: GPUCommandEncoder,
  { passes }: RecordedFrame,
  timestamps?: { querySet: GPUQuerySet; begin: number; end: number },
): void {
  for (const [index, calls] of passes.entries()) {
    const writes = timestamps && {
      querySet: timestamps.querySet,
      ...(index === 0 ? { beginningOfPassWriteIndex: timestamps.begin } : {}),
      ...(index === passes.length - 1 ? { endOfPassWriteIndex: timestamps.end } : {}),
    };
    const isTimed = writes !== undefined && (index === 0 || index === passes.length - 1);
    const pass = encoder.beginComputePass(isTimed ? { timestampWrites: writes } : {});
    for (const call of calls) call(pass);
    pass.end();
  }
}
