// The model that all engines are held against: random adds, claims, settlements, cancellations, pauses, crashes and clocks that jump.
import fc from 'fast-check';
import { engineCommands } from './model/engine-commands.js';
import { EngineWorld, type WorldOptions } from './model/engine-world.js';

/** How much is tried. */
export interface ModelRuns extends WorldOptions {
  /** How often it begins anew. */
  readonly numRuns: number;
  /** Steps of a run at most. */
  readonly maxCommands: number;
}

/** Holds an engine against the model. */
export async function holdAgainstModel(options: ModelRuns): Promise<void> {
  const commands = fc.commands([...engineCommands], { maxCommands: options.maxCommands, size: 'max' });
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      const world = new EngineWorld(options, await options.open());
      try {
        await fc.asyncModelRun(() => ({ model: world, real: {} }), steps);
      } finally {
        await world.engine.close();
      }
    }),
    { numRuns: options.numRuns },
  );
}
