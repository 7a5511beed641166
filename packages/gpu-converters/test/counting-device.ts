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
