import type { MemoryManager } from '../../src/index.js';
import type { Below } from './steps.js';

/** Registers a cache that makes up what it gives and what it is worth, and one that throws. */
export function registerBadCaches(manager: MemoryManager, below: Below): void {
  const liar = { name: 'liar', trim: () => [0, 1e9, -5, Number.NaN][below(4)] as number };
  manager.register(liar, { valuePerByte: () => [0, Number.NaN, -1, 3][below(4)] as number });
  const thrower = {
    name: 'thrower',
    trim(): number {
      throw new Error('This cache would rather not');
    },
  };
  manager.register(thrower, { valuePerByte: 0.5 });
}
