import { type FrameFormat, PIXEL_FORMATS } from '@framerail/media-types';
import type { BackendName } from '../backends/backend.js';
import type { PreparedOperation, Taps, WorkDepth } from '../operations/prepared-operation.js';
import type { ConversionPlan, PlannedPass } from '../plan/conversion-plan.js';
import type { CopiedAxis, PlanesWork } from '../plan/work.js';
import type { ExplainedStep, Explanation } from './explanation.js';

/** What is known of the backend that will carry a plan out. */
export type ExplainedBackend = Pick<Explanation, 'backend' | 'reason' | 'compiled'>;

/**
 * Says what a plan comes to.
 *
 * @param plan - from `planConversion`
 * @param by - which backend, and why
 */
export function explainPlan(plan: ConversionPlan, by: ExplainedBackend): Explanation {
  const { source, target, exact, largestErrorCodes, work } = plan;
  const passes = passesOf(plan, by.backend);
  const bits = ({ layout }: FrameFormat): number => PIXEL_FORMATS[layout.format].bitDepth;
  const facts = {
    source,
    target,
    way: wayOf(plan),
    depth:
      work.kind === 'planes'
        ? ([bits(source), bits(target)] as const)
        : ([work.loadDepth, work.storeDepth] as const),
    steps: Object.freeze(explainSteps(plan)),
    passes,
    bytesMoved: passes.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0),
    exact,
    largestErrorCodes,
    ...by,
  };
  const becomesHalfs = work.kind === 'pixels' && work.loadsHalfs;
  return Object.freeze({ ...facts, text: textOf(facts, becomesHalfs) });
}

/** What a plan says is what the GPU does. The CPU's backends pull rows through all steps at once. */
function passesOf(plan: ConversionPlan, backend: BackendName | undefined): readonly PlannedPass[] {
  const { passes, source, target, operations } = plan;
  const [first, last] = [passes[0], passes.at(-1)];
  const isOnCpu = backend === 'native' || backend === 'reference';
  if (!isOnCpu || first === undefined || last === undefined || passes.length === 1) return passes;
  const steps = operations.map(({ type }) => type);
  const label = [source.layout.format, ...steps, target.layout.format].join(' → ');
  const { bytesRead } = first;
  return Object.freeze([Object.freeze({ label, bytesRead, bytesWritten: last.bytesWritten })]);
}

function wayOf({ source, target, operations, work }: ConversionPlan): Explanation['way'] {
  if (work.kind === 'planes') return movesPlanes(work) ? 'copy' : 'planes';
  const isSame = source.layout.format === target.layout.format && operations.length === 0;
  return isSame && PIXEL_FORMATS[source.layout.format].model === 'rgb' ? 'copy' : 'pixels';
}

function movesPlanes({ components }: PlanesWork): boolean {
  const isCopied = (axis: CopiedAxis | Taps): boolean => !('count' in axis);
  return components.every(
    ({ horizontal, vertical, codes }) => isCopied(horizontal) && isCopied(vertical) && codes === undefined,
  );
}

function explainSteps({ operations, work }: ConversionPlan): ExplainedStep[] {
  if (work.kind === 'planes') return [];
  let depth: WorkDepth = work.loadDepth;
  return operations.map((step) => {
    const before = depth;
    if (step.type === 'curves') depth = step.to;
    return Object.freeze({
      type: step.type,
      detail: detailOf(step),
      depth: Object.freeze([before, depth] as const),
    });
  });
}

function detailOf(step: PreparedOperation): string {
  switch (step.type) {
    case 'scale':
      return `to ${step.width}×${step.height}, 2 × 2 pixels each`;
    case 'resample':
      return `to ${step.width}×${step.height}, ${step.horizontal?.count ?? 1} × ${step.vertical?.count ?? 1} pixels each`;
    case 'place': {
      const turned = [
        step.transpose ? 'transposed' : '',
        step.flipX ? 'mirrored' : '',
        step.flipY ? 'upside down' : '',
      ];
      const how = turned.filter(Boolean).join(', ');
      return `to ${step.width}×${step.height} from (${step.x}, ${step.y})${how === '' ? '' : `, ${how}`}`;
    }
    case 'colorMatrix':
      return 'three rows of integers with 12 fraction bits';
    case 'curves':
      return `a table for each of R, G and B, ${step.from} to ${step.to} bits`;
    case 'lut3d':
      return `${step.size}³ nodes, interpolated in tetrahedra`;
    case 'overlay':
      return `${step.image.width}×${step.image.height} at (${step.x}, ${step.y}), ${step.mode ?? 'normal'}, opacity ${step.opacity}/255`;
    case 'mix':
      return `with another frame, weights along ${step.along}`;
  }
}

function textOf(facts: Omit<Explanation, 'text'>, becomesHalfs: boolean): string {
  const { source, target, way, depth, steps, passes, bytesMoved, exact, largestErrorCodes, backend } = facts;
  const ways = {
    copy: 'samples are moved unchanged',
    planes: 'Y, Cb and Cr are resampled and recoded apart, never mixed',
    pixels: becomesHalfs
      ? 'codes become half floats at once'
      : `by way of R, G, B of ${depth[0] === depth[1] ? depth[0] : `${depth[0]}, then ${depth[1]},`} bits`,
  };
  const amount = (bytes: number): string =>
    bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const bound =
    largestErrorCodes === undefined ? '' : `, at most ${Number(largestErrorCodes.toFixed(2))} codes off`;
  const state = facts.compiled ? 'compiled' : 'not compiled yet';
  return [
    `${describe(source)} → ${describe(target)}: ${ways[way]}`,
    ...steps.map(({ type, detail }, index) => `  step ${index + 1}: ${type} ${detail}`),
    ...passes.map(
      ({ label, bytesRead, bytesWritten }, index) =>
        `  pass ${index + 1}: ${label}, reads ${amount(bytesRead)}, writes ${amount(bytesWritten)}`,
    ),
    `  ${amount(bytesMoved)} moved in ${passes.length} ${passes.length === 1 ? 'pass' : 'passes'}; ${exact ? 'exact' : `not exact${bound}`}`,
    `  backend: ${backend ?? 'not decided'}, ${state} (${facts.reason})`,
  ].join('\n');
}

function describe({ layout, color }: FrameFormat): string {
  const meaning = PIXEL_FORMATS[layout.format].model === 'rgb' ? color.transfer : color.matrix;
  const range = color.fullRange ? 'full' : 'limited';
  return `${layout.format} ${layout.width}×${layout.height} (${meaning}, ${range})`;
}
