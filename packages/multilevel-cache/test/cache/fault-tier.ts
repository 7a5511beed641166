import type { ByteTier } from '../../src/index.js';

/**
 * What calls of the tier do. `fail`: reject before they did anything. `failAfter`: reject when they have done it.
 * `hang`: wait for `release`, and then do it.
 */
export type Fault = 'none' | 'fail' | 'failAfter' | 'hang';

/** A tier that fails when it is told to. */
export interface FaultTier {
  readonly tier: ByteTier;
  readonly inner: ByteTier;
  fault: Fault;
  /** Calls by name. */
  readonly calls: Record<string, number>;
  /** Lets go of the calls that hang. */
  release(): void;
}

const GUARDED = ['open', 'get', 'has', 'set', 'delete', 'deleteByTag', 'clear', 'flush'] as const;

/** Puts faults before a tier. */
export function faultTier(inner: ByteTier): FaultTier {
  let waiting: (() => void)[] = [];
  const control: FaultTier = {
    tier: new Proxy(inner, {
      get(target, name) {
        const own: unknown = Reflect.get(target, name, target);
        if (typeof own !== 'function') return own;
        const call = (...args: unknown[]): unknown => own.apply(target, args);
        if (!GUARDED.includes(name as never)) return call;
        return (...args: unknown[]) => guarded(String(name), () => call(...args) as Promise<unknown>);
      },
    }),
    inner,
    fault: 'none',
    calls: {},
    release() {
      const released = waiting;
      waiting = [];
      for (const go of released) go();
    },
  };
  async function guarded(name: string, call: () => Promise<unknown>): Promise<unknown> {
    control.calls[name] = (control.calls[name] ?? 0) + 1;
    const { fault } = control;
    if (fault === 'fail') throw new Error(`${name} failed`);
    if (fault === 'hang') await new Promise<void>((resolve) => waiting.push(resolve));
    const result = await call();
    if (fault === 'failAfter') throw new Error(`${name} failed after it was done`);
    return result;
  }
  return control;
}

/** Lets everything that can go on go on. */
export async function settle(rounds = 6): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
