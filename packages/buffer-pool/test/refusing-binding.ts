import type { NativeMemory } from '../src/index.js';

/** An addon in an engine that takes no memory from outside; counts how often it was asked. */
export function refusingBinding(): NativeMemory & { readonly calls: number } {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    allocate() {
      calls += 1;
      throw Object.assign(
        new Error('Expected an engine that takes memory from outside but this one refuses it'),
        {
          code: 'E_EXTERNAL_BUFFERS_REFUSED',
        },
      );
    },
  };
}
