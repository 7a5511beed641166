import { version } from '../../package.json';
import type { BackendPlan } from '../backends/backend.js';
import type { BackendIngredients, CpuIdentity } from './backend-sources.js';
import { deviceOf } from './gpu-access.js';
import { nodeBuiltin } from './node-builtin.js';

/**
 * Says all that a measurement depends on: the GPU and its driver, the processor, what converts on it and with how many
 * threads, the library, and the kind and size of the work.
 *
 * @param ingredients - what backends are made of, the device included
 * @param cpu - what the backend without a GPU would be
 * @returns `undefined` for a device that doesn't say what it is
 */
export function measurementKey(ingredients: BackendIngredients, cpu: CpuIdentity): string | undefined {
  const { plan, maxInFlight, threads } = ingredients;
  const gpu = gpuIdentity(deviceOf(ingredients.gpu));
  if (gpu.every((word) => word === '')) return undefined;
  return JSON.stringify({
    library: version,
    gpu,
    cpu: [cpu.backend, cpu.instructionSet, processorName()],
    threads: threads ?? parallelism(),
    inFlight: maxInFlight,
    work: workKind(plan),
  });
}

/** What an adapter says of itself; its description has the driver's name and version where WebGPU tells them. */
function gpuIdentity(device: GPUDevice | undefined): readonly string[] {
  const info = device?.adapterInfo as (GPUAdapterInfo & { readonly driver?: string }) | undefined;
  if (info === undefined) return [];
  return [info.vendor, info.architecture, info.device, info.description, info.driver ?? ''];
}

function processorName(): string {
  return nodeBuiltin('node:os')?.cpus()[0]?.model ?? '';
}

function parallelism(): number {
  const host = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return nodeBuiltin('node:os')?.availableParallelism() ?? host.navigator?.hardwareConcurrency ?? 0;
}

/** The plan as far as its speed goes: kinds, depths, filters' widths and sizes in half octaves, not positions or values. */
function workKind({ source, target, operations, work }: BackendPlan) {
  const depths = work.kind === 'planes' ? ['planes'] : ['pixels', work.loadDepth, work.storeDepth];
  const steps = operations.map((step) =>
    step.type === 'resample'
      ? [step.type, step.horizontal?.count ?? 0, step.vertical?.count ?? 0]
      : [step.type],
  );
  return [
    source.layout.format,
    sizeClass(source.layout),
    target.layout.format,
    sizeClass(target.layout),
    depths,
    steps,
  ];
}

/** Sizes within a factor of the square root of two, roughly, share a class. */
function sizeClass({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.round(2 * Math.log2(width * height));
}
