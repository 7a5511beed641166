import fc from 'fast-check';
import type { Answer } from './pool-model.js';
import type { PoolSession } from './pool-session.js';
import { MAX_BYTES } from './settings.js';
import { type AskStep, describeStep, type Step } from './steps.js';

/** What a command's `check` and `run` get: the session has both the model and the pool. */
interface Nothing {
  readonly steps: number;
}

/** A step as a command, so that a failing sequence shrinks to the steps that matter. */
class StepCommand implements fc.AsyncCommand<Nothing, PoolSession> {
  readonly #step: Step;

  constructor(step: Step) {
    this.#step = step;
  }

  check(): boolean {
    return true;
  }

  async run(_: Nothing, session: PoolSession): Promise<void> {
    await session.step(this.#step);
    session.check();
  }

  toString(): string {
    return describeStep(this.#step);
  }
}

const which = fc.nat(30);
const size = fc.oneof(
  fc.integer({ min: 1, max: 65_536 }),
  fc.constantFrom(1, 4096, 4097, 8192, 20_480, 100_000, MAX_BYTES, MAX_BYTES + 1),
  fc.constant(0),
);
const priority = fc.oneof(fc.integer({ min: -1, max: 2 }), fc.constantFrom(-1000, 1000));
const ask: fc.Arbitrary<AskStep> = fc.record({
  bytes: size,
  layout: fc.nat(2),
  priority,
  owner: fc.nat(3),
  answer: fc.constantFrom<Answer[]>('none', 'none', 'release', 'keep', 'throw'),
});
const timeoutMs = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(100));
const maybe = (max: number): fc.Arbitrary<number | undefined> => fc.option(fc.nat(max), { nil: undefined });

const steps: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Step> }[] = [
  {
    weight: 6,
    arbitrary: fc
      .tuple(ask, timeoutMs)
      .map(([asked, ms]) => ({ do: 'acquire', timeoutMs: ms, aborted: false, ...asked })),
  },
  { weight: 1, arbitrary: ask.map((asked) => ({ do: 'acquire', timeoutMs: 1, aborted: true, ...asked })) },
  { weight: 2, arbitrary: ask.map((asked) => ({ do: 'tryAcquire', ...asked })) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('acquireFrame' as const),
      layout: fc.nat(2),
      priority,
      timeoutMs,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release' as const), which }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'retain',
        'touchReleased',
        'writeLate',
        'abort',
        'sendAway',
        'comeHome',
        'comeHomeMoved',
        'giveUp',
      ),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(150) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('trim' as const),
      bytes: maybe(MAX_BYTES),
      idleMs: maybe(120),
      maxPriority: fc.option(priority, { nil: undefined }),
      level: fc.constantFrom(undefined, undefined, 'none', 'moderate', 'high', 'critical'),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom(1, 1, 0.5, 0.1, 0).map((share) => ({ do: 'limit', share })) },
  { weight: 6, arbitrary: fc.constant({ do: 'settle' }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: 'flush' }, { do: 'flush' }, { do: 'close' }) },
];

/** Sequences of steps. */
export function stepSequences(): fc.Arbitrary<Iterable<fc.AsyncCommand<Nothing, PoolSession>>> {
  const command = fc.oneof(...steps).map((step) => new StepCommand(step));
  return fc.commands<Nothing, PoolSession, false>([command], { maxCommands: 120, size: '+2' });
}
