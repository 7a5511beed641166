import { describe, test } from 'vitest';
import { lru, sieve, wTinyLfu } from '../src/index.js';
import { evictionContract } from '../src/testing.js';

describe.each([
  ['lru', lru<string>],
  ['sieve', sieve<string>],
  ['w-tinylfu', wTinyLfu<string>],
])('%s', (_, createPolicy) => {
  test.each(evictionContract({ createPolicy }))('$name', ({ run }) => run());
});
