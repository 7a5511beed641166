import type { RawFrameWriter } from '@framerail/ffmpeg';
import type { BudgetShares } from '../budget/share-budget.js';
import { runEncode } from '../stages/encode-stage.js';
import { type Renderer, runRender } from '../stages/render-stage.js';
import { runSource } from '../stages/source-stage.js';
import { linkStages, type StageLink } from '../stages/stage-link.js';
import { StageMeter } from '../stages/stage-meter.js';
import type { StageTask } from '../stages/supervise.js';
import type { FrameJob, OpenedSource, SourceEnd } from './frame-job.js';

/** Meters of the stages of a job; `render` stays at nothing where frames pass as they come. */
export interface JobMeters {
  readonly source: StageMeter;
  readonly render: StageMeter;
  readonly encode: StageMeter;
}

/** @param sourceName - `decode`, or `source` for the caller's frames */
export function createMeters(sourceName: FrameJob['sourceName']): JobMeters {
  return {
    source: new StageMeter(sourceName),
    render: new StageMeter('render'),
    encode: new StageMeter('encode'),
  };
}

/** The lines between the stages of a job, one or two. */
export function linkJob(
  job: FrameJob,
  shares: BudgetShares,
  renders: boolean,
  timeoutMs: number,
): readonly StageLink[] {
  const { sourceName, source, target } = job;
  const link = (
    from: FrameJob['sourceName'] | 'render',
    to: 'render' | 'encode',
    maxItems: number,
    bytes: number,
  ): StageLink => linkStages({ from, to, maxItems, maxBytes: maxItems * bytes, timeoutMs });
  if (!renders) return [link(sourceName, 'encode', shares.decodeToRender, source.layout.byteLength)];
  return [
    link(sourceName, 'render', shares.decodeToRender, source.layout.byteLength),
    link('render', 'encode', shares.renderToEncode, target.layout.byteLength),
  ];
}

/** What the tasks of a job need. */
export interface FrameTasksOptions {
  readonly sourceName: FrameJob['sourceName'];
  readonly input: OpenedSource;
  readonly renderer: Renderer | undefined;
  readonly writer: RawFrameWriter;
  readonly links: readonly StageLink[];
  readonly meters: JobMeters;
  /** Gets what is known of the source when its last frame has come. */
  readonly onSourceEnd: (end: SourceEnd) => void;
}

/** The stages of a job, ready to be supervised. */
export function frameTasks(options: FrameTasksOptions): readonly StageTask[] {
  const { sourceName, input, renderer, writer, links, meters, onSourceEnd } = options;
  const first = links[0] as StageLink;
  const last = links.at(-1) as StageLink;
  const source: StageTask = {
    name: sourceName,
    run: (signal) =>
      runSource({
        frames: input.frames,
        to: first,
        meter: meters.source,
        signal,
        finish: async () => onSourceEnd(await input.finish()),
      }),
  };
  const encode: StageTask = {
    name: 'encode',
    run: (signal) => runEncode({ from: last, sink: writer, meter: meters.encode, signal }),
  };
  if (renderer === undefined) return [source, encode];
  const render: StageTask = {
    name: 'render',
    run: (signal) => runRender({ from: first, to: last, renderer, meter: meters.render, signal }),
  };
  return [source, render, encode];
}
