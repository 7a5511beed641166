import type { RawFrame } from '@framerail/media-types';
import { type ComposedPass, composePass } from '../src/backends/webgpu/compose.js';
import { planPasses } from '../src/backends/webgpu/pass-plan.js';
import type { PassBuffer, PassPlan } from '../src/backends/webgpu/passes.js';
import { createTablesBuffer } from '../src/backends/webgpu/tables-buffer.js';
import { copyPlanes } from '../src/backends/webgpu/upload.js';
import { hostOf } from '../src/gpu/gpu-host.js';
import type { BackendPlan } from '../src/index.js';

const USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, STORAGE: 128 };

/** The shaders of a plan. */
export function composeAll(plan: BackendPlan, passPlan: PassPlan = planPasses(plan)): ComposedPass[] {
  return passPlan.passes.map((pass) => {
    const targetBytes =
      typeof pass.to === 'object' ? (passPlan.betweenBytes[pass.to.between] as number) : passPlan.targetBytes;
    return composePass(pass, { upsampling: plan.upsampling, targetBytes, maxWorkgroups: 65_535 });
  });
}

/** Makes a module, and throws what the compiler says about it. */
export async function compile(device: GPUDevice, { label, code }: ComposedPass): Promise<GPUShaderModule> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label, code });
  const error = await device.popErrorScope();
  if (error !== null) {
    const numbered = code.split('\n').map((line, index) => `${index + 1}: ${line}`);
    throw new Error(`${label}: ${error.message}\n${numbered.join('\n')}`);
  }
  return module;
}

/** Converts one frame by a plan's passes, without a backend around them. */
export async function runPasses(device: GPUDevice, plan: BackendPlan, frame: RawFrame): Promise<Uint8Array> {
  const passPlan = planPasses(plan);
  const composed = composeAll(plan, passPlan);
  const buffers: GPUBuffer[] = [];
  const make = (size: number, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({ size, usage });
    buffers.push(buffer);
    return buffer;
  };
  const source = make(passPlan.source.byteLength, USAGE.STORAGE | USAGE.COPY_DST);
  const target = make(passPlan.targetBytes, USAGE.STORAGE | USAGE.COPY_SRC);
  const readback = make(passPlan.targetBytes, USAGE.MAP_READ | USAGE.COPY_DST);
  const between = passPlan.betweenBytes.map((size) => make(size, USAGE.STORAGE));
  const bufferOf = (place: PassBuffer): GPUBuffer => {
    if (place === 'source') return source;
    return place === 'target' ? target : (between[place.between] as GPUBuffer);
  };
  try {
    const memory = new Uint8Array(passPlan.source.byteLength);
    await copyPlanes(frame.data, frame.layout, memory, passPlan.source, () => {});
    device.queue.writeBuffer(source, 0, memory);
    const encoder = device.createCommandEncoder();
    for (const [index, one] of composed.entries()) {
      const module = await compile(device, one);
      const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
      const pass = passPlan.passes[index] as (typeof passPlan.passes)[0];
      const resources = [bufferOf(pass.from), bufferOf(pass.to)];
      if (one.tables !== undefined) {
        const { label, tables: contents } = one;
        const tables = await createTablesBuffer({ host: hostOf({ device }), label, contents });
        buffers.push(tables.buffer);
        resources.push(tables.buffer);
      }
      const compute = encoder.beginComputePass();
      compute.setPipeline(pipeline);
      compute.setBindGroup(
        0,
        device.createBindGroup({
          layout: pipeline.getBindGroupLayout(0),
          entries: resources.map((buffer, binding) => ({ binding, resource: { buffer } })),
        }),
      );
      compute.dispatchWorkgroups(...one.workgroups);
      compute.end();
    }
    encoder.copyBufferToBuffer(target, 0, readback, 0, passPlan.targetBytes);
    device.queue.submit([encoder.finish()]);
    await readback.mapAsync(1);
    return new Uint8Array(readback.getMappedRange()).slice(0, plan.target.layout.byteLength);
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
