import { describe, test } from 'vitest';
import { lru, sieve } from '../src/index.js';
import { evictionContract } from '../src/testing.js';

describe.each([
  ['lru', lru<string>],
  ['sieve', sieve<string>],
])('%s', (_, createPolicy) => {
  test.each(evictionContract({ createPolicy }))('$name', ({ run }) => run());
});
