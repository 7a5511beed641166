import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmitter } from '../src/index.js';

describe('emitter', () => {
  it('tells exactly the listeners that are on, in order, whatever some of them throw', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ on: fc.boolean(), throws: fc.boolean() })), (listeners) => {
        const errors: unknown[] = [];
        const emitter = createEmitter<{ tick: number }>((error) => errors.push(error));
        const heard: number[] = [];
        listeners.forEach(({ on, throws }, index) => {
          const off = emitter.on('tick', () => {
            heard.push(index);
            if (throws) throw new Error(String(index));
          });
          if (!on) off();
        });
        emitter.emit('tick', 1);
        const expected = listeners.flatMap(({ on }, index) => (on ? [index] : []));
        expect(heard).toEqual(expected);
        expect(errors).toHaveLength(expected.filter((index) => listeners[index]?.throws).length);
        expect(emitter.listenerCount('tick')).toBe(expected.length);
      }),
    );
  });

  it('lets the same function listen twice and go once', () => {
    const emitter = createEmitter<{ tick: number }>();
    let sum = 0;
    const add = (n: number): void => {
      sum += n;
    };
    const off = emitter.on('tick', add);
    emitter.on('tick', add);
    off();
    off();
    emitter.emit('tick', 3);
    expect(sum).toBe(3);
    emitter.clear();
    emitter.emit('tick', 3);
    expect(sum).toBe(3);
  });
});
