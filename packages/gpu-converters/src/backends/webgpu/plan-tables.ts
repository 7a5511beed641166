import { invalidArgument } from '@framerail/lifecycle';
import type { BackendPlan } from '../backend.js';
import { type ComposedPass, composePass } from './compose.js';
import { checkTableBytes } from './limits.js';
import { type PassPlan, planPasses } from './pass-plan.js';
import type { PreparedPass } from './pipelines.js';
import type { TableContents } from './tables.js';

/** The tables of every pass of one plan; `undefined` for passes without. */
export type FrameTables = readonly (TableContents | undefined)[];

/** Lets frames have values of their own: pipelines stay, and what differs in their tables is written. */
export interface PlanTables {
  /**
   * Makes the tables of a plan; of another size than the backend's own where pictures are.
   *
   * @throws FramerailError `E_INVALID_ARGUMENT` if the plan needs other shaders than the backend has; `E_GPU_LIMIT` if
   *   its pictures are larger than the device takes
   */
  of(plan: BackendPlan): FrameTables;
  /**
   * What has to be done so that the submissions from now on read these tables; `undefined` if they would anyway. The
   * queue keeps the order: submissions before the writing read what was there. So nothing that isn't submitted yet
   * may be meant for what was there, and one change is written before the next is asked for.
   *
   * @returns writes, see {@link TablesBuffer.changeTo}
   */
  changeTo(tables: FrameTables): (() => Promise<void>) | undefined;
}

/** Composes all passes of a plan. */
export function composePasses(device: GPUDevice, plan: PassPlan, upsampling: BackendPlan['upsampling']) {
  const maxWorkgroups = device.limits.maxComputeWorkgroupsPerDimension;
  return plan.passes.map((pass): ComposedPass => {
    const targetBytes =
      typeof pass.to === 'object' ? (plan.betweenBytes[pass.to.between] as number) : plan.targetBytes;
    return composePass(pass, { upsampling, targetBytes, maxWorkgroups });
  });
}

/** What {@link createPlanTables} takes. */
export interface PlanTablesOptions {
  readonly device: GPUDevice;
  readonly plan: BackendPlan;
  /** The plan's passes as they were compiled. */
  readonly composed: readonly ComposedPass[];
  readonly prepared: readonly PreparedPass[];
}

export function createPlanTables({ device, plan, composed, prepared }: PlanTablesOptions): PlanTables {
  const codes = composed.map(({ code }) => code);
  const known = new WeakMap<BackendPlan, FrameTables>([[plan, composed.map(({ tables }) => tables)]]);
  return {
    of(asked) {
      const found = known.get(asked);
      if (found !== undefined) return found;
      const passes = composePasses(device, planPasses(asked), asked.upsampling);
      const isSame =
        passes.length === codes.length && passes.every(({ code }, index) => code === codes[index]);
      if (!isSame) {
        const labels = (list: readonly ComposedPass[]): string => list.map(({ label }) => label).join(', ');
        throw invalidArgument('plan', `a plan of the backend's shape (${labels(composed)})`, labels(passes));
      }
      const tables = passes.map((pass) => pass.tables);
      for (const contents of tables) checkTableBytes(device.limits, contents?.byteLength ?? 0);
      known.set(asked, tables);
      return tables;
    },
    changeTo(tables) {
      const writes = tables.flatMap((contents, index) => {
        const write = contents && prepared[index]?.tables?.changeTo(contents);
        return write === undefined ? [] : [write];
      });
      if (writes.length === 0) return undefined;
      return async () => {
        for (const write of writes) await write();
      };
    },
  };
}
