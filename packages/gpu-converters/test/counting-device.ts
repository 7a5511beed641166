/** The device itself, with its pipelines counted. */
export function countingDevice(device: GPUDevice): { device: GPUDevice; pipelines(): number } {
  let count = 0;
  const counted = (name: 'createComputePipeline' | 'createComputePipelineAsync'): void => {
    const own = device[name].bind(device) as (descriptor: GPUComputePipelineDescriptor) => unknown;
    Object.defineProperty(device, name, {
      configurable: true,
      value: (descriptor: GPUComputePipelineDescriptor) => {
        count += 1;
        return own(descriptor);
      },
    });
  };
  counted('createComputePipeline');
  counted('createComputePipelineAsync');
  return { device, pipelines: () => count };
}

/** Counts the bytes that are written into the device's buffers through its queue. */
export function countWrites({ queue }: GPUDevice): { taken(): number } {
  let bytes = 0;
  const own = queue.writeBuffer.bind(queue);
  const counted: GPUQueue['writeBuffer'] = (buffer, offset, data, ...range) => {
    bytes += data.byteLength;
    return own(buffer, offset, data, ...range);
  };
  Object.defineProperty(queue, 'writeBuffer', { configurable: true, value: counted });
  return {
    /** Since it was asked last. */
    taken() {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
}
