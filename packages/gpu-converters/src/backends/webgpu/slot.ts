import type { FrameLayout } from '@framerail/media-types';
import { GPU_MAP_MODE, GPU_USAGE } from '../../gpu/gpu-flags.js';
import type { GpuHost } from '../../gpu/gpu-host.js';
import type { ReadbackSlot } from '../../gpu/readback/readback-ring.js';
import type { Pass, PassBuffer, PassPlan } from './pass-plan.js';
import type { PreparedPass } from './pipelines.js';
import { copyPlanes } from './upload.js';

/**
 * One frame's place on the GPU up to its readback slot, which has the same number: buffers of its own, so that
 * frames don't wait for each other.
 */
export interface Slot {
  /** Waits until the upload buffer can be filled; `false` if it never can be again. */
  isOpen(): Promise<boolean>;
  /** Copies a frame into the upload buffer. */
  fill(data: Uint8Array, layout: FrameLayout, check: () => void): Promise<void>;
  /** Ends the filling: from here on the GPU may read. */
  seal(): void;
  /** Records everything from upload to readback. May be called again with another encoder. */
  encode(encoder: GPUCommandEncoder, readback: ReadbackSlot): void;
  /** Makes the upload buffer ready for another frame, once the GPU is done with it; harmless when it is. */
  reopen(): void;
  destroy(): void;
}

/** What {@link createSlot} takes. */
export interface SlotOptions {
  readonly host: GpuHost;
  readonly plan: PassPlan;
  readonly passes: readonly PreparedPass[];
  /** Buffers between passes, shared by all slots: the queue runs their dispatches one after the other. */
  readonly between: readonly GPUBuffer[];
  readonly index: number;
}

/** Makes a slot. Call it inside error scopes. */
export function createSlot({ host, plan, passes, between, index }: SlotOptions): Slot {
  const { STORAGE, COPY_DST, COPY_SRC, MAP_WRITE } = GPU_USAGE;
  const size = plan.source.byteLength;
  const label = (what: string): string => `framerail slot ${index}: ${what}`;
  const upload = host.createBuffer({
    label: label('upload'),
    size,
    usage: MAP_WRITE | COPY_SRC,
    mappedAtCreation: true,
  });
  const source = host.createBuffer({ label: label('source'), size, usage: STORAGE | COPY_DST });

  let memory: Uint8Array | undefined;
  let opened: Promise<boolean> = Promise.resolve(true);
  let destroyed = false;
  let bound: { readonly tables: readonly unknown[]; readonly groups: readonly GPUBindGroup[] } | undefined;

  /** Tables that grow have another buffer. */
  const groupsFor = (target: GPUBuffer): readonly GPUBindGroup[] => {
    const now = passes.map(({ tables }) => tables?.buffer);
    if (bound?.tables.every((buffer, index) => buffer === now[index]) !== true)
      bound = { tables: now, groups: bind(target) };
    return bound.groups;
  };

  const bind = (target: GPUBuffer): readonly GPUBindGroup[] => {
    const bufferOf = (place: PassBuffer): GPUBuffer => {
      if (place === 'source') return source;
      return place === 'target' ? target : (between[place.between] as GPUBuffer);
    };
    return passes.map(({ pipeline, tables }, step) => {
      const { from, to } = plan.passes[step] as Pass;
      const buffers = [bufferOf(from), bufferOf(to), ...(tables === undefined ? [] : [tables.buffer])];
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      return host.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    });
  };

  return {
    isOpen: () => opened,
    fill(data, layout, check) {
      // A range is handed out once per mapping, and a frame given up leaves its slot mapped.
      memory ??= new Uint8Array(upload.getMappedRange());
      return copyPlanes(data, layout, memory, plan.source, check);
    },
    seal() {
      upload.unmap();
      memory = undefined;
    },
    encode(encoder, readback) {
      // The ring is never resized: a readback slot of this number always has the same buffers.
      const groups = groupsFor(readback.output as GPUBuffer);
      encoder.copyBufferToBuffer(upload, 0, source, 0, size);
      const compute = encoder.beginComputePass();
      passes.forEach(({ pipeline, workgroups }, step) => {
        compute.setPipeline(pipeline);
        compute.setBindGroup(0, groups[step] as GPUBindGroup);
        compute.dispatchWorkgroups(...workgroups);
      });
      compute.end();
      readback.copy(encoder, { byteLength: plan.targetBytes });
    },
    reopen() {
      if (destroyed || upload.mapState !== 'unmapped') return;
      opened = upload.mapAsync(GPU_MAP_MODE.WRITE).then(
        () => true,
        () => false,
      );
    },
    destroy() {
      destroyed = true;
      upload.destroy();
      source.destroy();
    },
  };
}
