import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  abortable,
  createManualClock,
  onAbort,
  sleep,
  systemClock,
  throwIfAborted,
  withTimeout,
} from '../src/index.js';

describe('manual clock', () => {
  it('runs timers in order of time, each at its own time, and never a cancelled one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ delay: fc.nat(1000), cancel: fc.boolean() })),
        fc.array(fc.nat(400)),
        (timers, steps) => {
          const clock = createManualClock();
          const ran: { at: number; delay: number; index: number }[] = [];
          timers.forEach(({ delay, cancel }, index) => {
            const off = clock.setTimer(() => ran.push({ at: clock.now(), delay, index }), delay);
            if (cancel) off();
          });
          for (const step of steps) clock.advance(step);
          const end = steps.reduce((a, b) => a + b, 0);
          const expected = timers
            .map((timer, index) => ({ ...timer, index }))
            .filter((timer) => !timer.cancel && timer.delay <= end && steps.length > 0)
            .sort((a, b) => a.delay - b.delay || a.index - b.index);
          expect(ran.map(({ index }) => index)).toEqual(expected.map(({ index }) => index));
          for (const { at, delay } of ran) expect(at).toBe(delay);
          expect(clock.now()).toBe(end);
        },
      ),
    );
  });
});

describe('withTimeout', () => {
  it('gives up at the limit, tells the work, and leaves no timer', async () => {
    const clock = createManualClock();
    const given: unknown[] = [];
    const late = new Promise<number>(() => {});
    const result = withTimeout(late, {
      timeoutMs: 50,
      clock,
      what: 'Receiving',
      onGiveUp: (e) => given.push(e),
    });
    const outcome = expect(result).rejects.toMatchObject({ code: 'E_TIMEOUT', details: { timeoutMs: 50 } });
    clock.advance(49);
    expect(given).toHaveLength(0);
    clock.advance(1);
    await outcome;
    expect(given).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('passes results and failures on and takes its timer back', async () => {
    const clock = createManualClock();
    await expect(withTimeout(Promise.resolve(7), { timeoutMs: 5, clock })).resolves.toBe(7);
    await expect(withTimeout(Promise.reject(new Error('no')), { timeoutMs: 5, clock })).rejects.toThrow('no');
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends when the signal aborts, before or during', async () => {
    const never = new Promise<never>(() => {});
    await expect(withTimeout(never, { signal: AbortSignal.abort('why') })).rejects.toMatchObject({
      code: 'E_ABORTED',
      cause: 'why',
    });
    const controller = new AbortController();
    const result = withTimeout(never, { signal: controller.signal });
    controller.abort();
    await expect(result).rejects.toMatchObject({ code: 'E_ABORTED' });
  });
});

describe('abort helpers', () => {
  it('throw only for an aborted signal', () => {
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
    expect(() => throwIfAborted(AbortSignal.abort(), 'Exporting')).toThrow('Exporting was aborted');
  });

  it('call once, and not after they were taken off', () => {
    const controller = new AbortController();
    let calls = 0;
    onAbort(controller.signal, () => calls++);
    onAbort(controller.signal, () => calls++)();
    controller.abort();
    controller.abort();
    onAbort(controller.signal, () => calls++);
    expect(calls).toBe(2);
  });

  it('leave a promise alone that settles first', async () => {
    const controller = new AbortController();
    await expect(abortable(Promise.resolve(1), controller.signal)).resolves.toBe(1);
    await expect(abortable(Promise.reject(new Error('no')), controller.signal)).rejects.toThrow('no');
    await expect(abortable(Promise.resolve(1), AbortSignal.abort())).rejects.toMatchObject({
      code: 'E_ABORTED',
    });
  });
});

describe('sleep', () => {
  it('ends at its time or with the signal', async () => {
    const clock = createManualClock();
    const slept = sleep(10, { clock });
    clock.advance(10);
    await slept;
    const controller = new AbortController();
    const aborted = sleep(10, { clock, signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('works on the machine’s clock', async () => {
    const before = systemClock.now();
    await sleep(1);
    expect(systemClock.now()).toBeGreaterThan(before);
  });
});
