import { invalidArgument } from '@framerail/lifecycle';
import type { BackendPlan } from '../backend.js';
import { type ComposedPass, composePass } from './compose.js';
import { type PassPlan, planPasses } from './pass-plan.js';
import type { PreparedPass } from './pipelines.js';

/** The tables of every pass of one plan; `undefined` for passes without. */
export type FrameTables = readonly (Uint32Array<ArrayBuffer> | undefined)[];

/** Lets frames have values of their own: pipelines stay, their tables are written anew where they differ. */
export interface PlanTables {
  /**
   * Makes the tables of a plan.
   *
   * @throws FramerailError `E_INVALID_ARGUMENT` if the plan needs other shaders than the backend has
   */
  of(plan: BackendPlan): FrameTables;
  /** Whether writing these would change nothing. */
  isWritten(tables: FrameTables): boolean;
  /** Has the submissions from now on read these tables. The queue keeps the order: earlier ones read what was there. */
  write(tables: FrameTables): void;
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
  const own: FrameTables = composed.map(({ tables }) => tables);
  const known = new WeakMap<BackendPlan, FrameTables>([[plan, own]]);
  let written = own;
  return {
    of(asked) {
      const found = known.get(asked);
      if (found !== undefined) return found;
      const passes = composePasses(device, planPasses(asked), asked.upsampling);
      const isSame =
        passes.length === codes.length &&
        passes.every(
          ({ code, tables }, index) => code === codes[index] && tables?.byteLength === own[index]?.byteLength,
        );
      if (!isSame) {
        const labels = (list: readonly ComposedPass[]): string => list.map(({ label }) => label).join(', ');
        throw invalidArgument('plan', `a plan of the backend's shape (${labels(composed)})`, labels(passes));
      }
      const tables = passes.map((pass) => pass.tables);
      known.set(asked, tables);
      return tables;
    },
    isWritten: (tables) => tables === written,
    write(tables) {
      if (tables === written) return;
      written = tables;
      for (const [index, words] of tables.entries()) {
        const buffer = prepared[index]?.tables;
        if (words !== undefined && buffer !== undefined) device.queue.writeBuffer(buffer, 0, words);
      }
    },
  };
}
