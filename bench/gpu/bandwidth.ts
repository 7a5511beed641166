// How fast the GPU copies its own memory: the floor under every conversion.
import { clockUs, type Effort, type Encode, USAGE } from './gpu-clock.ts';

/** Larger than the caches of today's GPUs, so that memory is what is measured. */
const BUFFER_BYTES = 256 * 1024 * 1024;
const SOFTWARE_BUFFER_BYTES = 64 * 1024 * 1024;

const COPY_SHADER = /* wgsl */ `
@group(0) @binding(0) var<storage, read> source: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> destination: array<vec4<u32>>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = id.y * groups.x * 256u + id.x;
  if (at < arrayLength(&source)) { destination[at] = source[at]; }
}`;
const WORKGROUP_BYTES = 256 * 16;

/** Bytes read and written a microsecond (that is MB/s), by two ways of copying. */
export interface CopyBandwidth {
  /** `copyBufferToBuffer`. */
  readonly bufferCopy: number;
  /** A shader in which each invocation copies 16 bytes. */
  readonly shaderCopy: number;
  /** The faster of the two. */
  readonly best: number;
}

/** Measures both ways between two buffers that no cache holds. */
export async function measureCopyBandwidth(
  device: GPUDevice,
  effort: Effort,
  isSoftware: boolean,
): Promise<CopyBandwidth> {
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = device.limits;
  const wanted = isSoftware ? SOFTWARE_BUFFER_BYTES : BUFFER_BYTES;
  const size = Math.min(wanted, maxBufferSize, Math.floor(maxStorageBufferBindingSize / 4096) * 4096);
  const usage = USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST;
  const [from, to] = [device.createBuffer({ size, usage }), device.createBuffer({ size, usage })];
  try {
    const copy: Encode = (encoder) => void encoder.copyBufferToBuffer(from, 0, to, 0, size);
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code: COPY_SHADER }), entryPoint: 'main' },
    });
    const bindGroup = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [from, to].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const groups = Math.ceil(size / WORKGROUP_BYTES);
    const across = Math.min(groups, maxComputeWorkgroupsPerDimension);
    const shade: Encode = (encoder) => {
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(across, Math.ceil(groups / across));
      pass.end();
    };
    const bufferCopy = (2 * size) / (await clockUs(device, copy, effort));
    const shaderCopy = (2 * size) / (await clockUs(device, shade, effort));
    return { bufferCopy, shaderCopy, best: Math.max(bufferCopy, shaderCopy) };
  } finally {
    from.destroy();
    to.destroy();
  }
}
