import type { FrameLayout } from '@framerail/media-types';
import { withErrorScopes } from '../../gpu/gpu-errors.js';
import { GPU_MAP_MODE, GPU_USAGE } from '../../gpu/gpu-flags.js';
import type { Pass, PassBuffer, PassPlan } from './pass-plan.js';
import type { PreparedPass } from './pipelines.js';
import { copyPlanes } from './upload.js';

/** One frame's place on the GPU: its own buffers from upload to readback, so that frames don't wait for each other. */
export interface Slot {
  /** Memory to be read, once the submission is done: map it, use it, unmap it. */
  readonly readback: GPUBuffer;
  /** Copies a frame into the upload buffer, which must be mapped. */
  fill(data: Uint8Array, layout: FrameLayout, check: () => void): Promise<void>;
  /** Everything from upload to readback, in one command encoder. */
  submit(): Submission;
  /** Makes the upload buffer ready for another frame, once the submission is done. */
  reopen(): Promise<void>;
  destroy(): void;
}

/** Work that was given to the GPU. */
export interface Submission {
  /** Resolves with what the device had against it. */
  readonly error: Promise<GPUError | undefined>;
}

/** What {@link createSlot} takes. */
export interface SlotOptions {
  readonly device: GPUDevice;
  readonly plan: PassPlan;
  readonly passes: readonly PreparedPass[];
  /** Buffers between passes, shared by all slots: the queue runs their dispatches one after the other. */
  readonly between: readonly GPUBuffer[];
  readonly index: number;
}

/** Makes a slot. Call it inside error scopes. */
export function createSlot({ device, plan, passes, between, index }: SlotOptions): Slot {
  const make = (what: string, size: number, usage: number, mappedAtCreation = false): GPUBuffer =>
    device.createBuffer({ label: `framerail slot ${index}: ${what}`, size, usage, mappedAtCreation });
  const { STORAGE, COPY_DST, COPY_SRC, MAP_READ, MAP_WRITE } = GPU_USAGE;
  const upload = make('upload', plan.source.byteLength, MAP_WRITE | COPY_SRC, true);
  const source = make('source', plan.source.byteLength, STORAGE | COPY_DST);
  const target = make('target', plan.targetBytes, STORAGE | COPY_SRC);
  const readback = make('readback', plan.targetBytes, MAP_READ | COPY_DST);

  let memory: Uint8Array | undefined;

  const bufferOf = (place: PassBuffer): GPUBuffer => {
    if (place === 'source') return source;
    return place === 'target' ? target : (between[place.between] as GPUBuffer);
  };
  const bindGroups = passes.map(({ pipeline, tables }, step) => {
    const { from, to } = plan.passes[step] as Pass;
    const buffers = [bufferOf(from), bufferOf(to), ...(tables === undefined ? [] : [tables])];
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    return device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  });

  return {
    readback,
    fill(data, layout, check) {
      // A range is handed out once per mapping, and a frame given up leaves its slot mapped.
      memory ??= new Uint8Array(upload.getMappedRange());
      return copyPlanes(data, layout, memory, plan.source, check);
    },
    submit() {
      upload.unmap();
      memory = undefined;
      return withErrorScopes(device, ['validation', 'out-of-memory'], () => {
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(upload, 0, source, 0, plan.source.byteLength);
        const compute = encoder.beginComputePass();
        passes.forEach(({ pipeline, workgroups }, step) => {
          compute.setPipeline(pipeline);
          compute.setBindGroup(0, bindGroups[step] as GPUBindGroup);
          compute.dispatchWorkgroups(...workgroups);
        });
        compute.end();
        encoder.copyBufferToBuffer(target, 0, readback, 0, plan.targetBytes);
        device.queue.submit([encoder.finish()]);
      });
    },
    reopen: () => upload.mapAsync(GPU_MAP_MODE.WRITE),
    destroy() {
      for (const buffer of [upload, source, target, readback]) buffer.destroy();
    },
  };
}
