import { availableParallelism } from 'node:os';
import { type BackendChoice, createFrameProcessor, type Operation } from '@framerail/gpu-converters';
import type { LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat } from '@framerail/media-types';
import type { RenderOptions } from '../export-options.js';
import type { Cleanup } from '../run/cleanup.js';
import type { Renderer } from '../stages/render-stage.js';
import { chooseGpu } from './gpu-choice.js';
import { gpuSetting } from './gpu-setting.js';

/** A renderer that is ready, and what is known of it. */
export interface OpenedRenderer {
  readonly renderer: Renderer;
  /** Which backend, as it stands when asked. */
  readonly choice: () => BackendChoice;
}

/** Options of {@link openRenderer}. */
export interface OpenRendererOptions {
  readonly source: FrameFormat;
  readonly target: FrameFormat;
  readonly operations: readonly Operation[];
  readonly options: RenderOptions;
  /** Where the frames that go out live. */
  readonly leases: LeaseSource;
  readonly maxInFlight: number;
  /** Gets what has to be closed at the end. */
  readonly cleanup: Cleanup;
}

/** Opens the backend that renders: measured, or the one that was asked for. */
export async function openRenderer(question: OpenRendererOptions): Promise<OpenedRenderer> {
  const { source, target, operations, options, leases, maxInFlight, cleanup } = question;
  const { backend, threads, upsampling, signal } = options;
  const setting = gpuSetting(options.gpuFormatConversion);
  const gpu = await chooseGpu(options, setting);
  cleanup.defer(gpu.close);
  const processor = await createFrameProcessor({
    source,
    target,
    operations,
    leases,
    maxInFlight,
    gpuFormatConversion: setting,
    ...(backend === undefined ? {} : { backend }),
    threads: threads ?? Math.ceil(availableParallelism() / maxInFlight),
    ...(upsampling === undefined ? {} : { upsampling }),
    ...(gpu.device === undefined ? {} : { device: gpu.device }),
    ...(gpu.note === '' ? {} : { noDeviceBecause: gpu.note }),
    ...(signal === undefined ? {} : { signal }),
  });
  cleanup.defer(() => processor.close());
  return { renderer: processor, choice: () => processor.choice };
}
