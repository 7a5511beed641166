import type { MapBuffer } from '../buffer-mapping.js';
import { GPU_MAP_MODE, GPU_USAGE } from '../gpu-flags.js';
import type { GpuHost } from '../gpu-host.js';

const REPORT_BYTES = 16;

/** When the GPU worked on a submission, by its own clock. */
export interface GpuTimes {
  readonly beganMs: number;
  readonly endedMs: number;
}

/** Tells when the GPU is done with a submission, and how long it worked: a few bytes that the submission writes last. */
export interface Fence {
  /** Records what comes before the tasks' commands. */
  begin(encoder: GPUCommandEncoder): void;
  /** Records what comes after them. */
  end(encoder: GPUCommandEncoder): void;
  /** Waits for the GPU and reads the times; `isDue` says that it must be done by now. `undefined` without timestamps. */
  wait(isDue: boolean): Promise<GpuTimes | undefined>;
  destroy(): void;
}

/** Makes a fence, to be used for one submission after the other. Call it inside error scopes. */
export function createFence(host: GpuHost, mapBuffer: MapBuffer, hasTimestamps: boolean): Fence {
  const { MAP_READ, COPY_DST, COPY_SRC, QUERY_RESOLVE } = GPU_USAGE;
  const label = 'framerail fence';
  const size = REPORT_BYTES;
  const report = host.createBuffer({ label, size, usage: MAP_READ | COPY_DST });
  const resolved = hasTimestamps
    ? host.createBuffer({ label: `${label}: times`, size, usage: QUERY_RESOLVE | COPY_SRC })
    : undefined;
  const querySet = hasTimestamps ? host.device.createQuerySet({ type: 'timestamp', count: 2 }) : undefined;
  return {
    begin(encoder) {
      if (querySet === undefined) return;
      encoder.beginComputePass({ timestampWrites: { querySet, beginningOfPassWriteIndex: 0 } }).end();
    },
    end(encoder) {
      if (querySet === undefined || resolved === undefined) {
        encoder.clearBuffer(report);
        return;
      }
      encoder.beginComputePass({ timestampWrites: { querySet, endOfPassWriteIndex: 1 } }).end();
      encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, report, 0, size);
    },
    async wait(isDue) {
      if (isDue && querySet === undefined) return undefined;
      if (isDue) await report.mapAsync(GPU_MAP_MODE.READ);
      else await mapBuffer(report, GPU_MAP_MODE.READ);
      const [began = 0n, ended = 0n] = new BigUint64Array(report.getMappedRange());
      report.unmap();
      if (querySet === undefined) return undefined;
      return { beganMs: Number(began) / 1e6, endedMs: Number(ended) / 1e6 };
    },
    destroy() {
      report.destroy();
      resolved?.destroy();
      querySet?.destroy();
    },
  };
}
