import { describe, test } from 'vitest';
import { EVICTION_POLICIES } from '../src/index.js';
import { evictionContract } from '../src/testing.js';

describe.each(Object.entries(EVICTION_POLICIES))('%s', (_, createPolicy) => {
  test.each(evictionContract({ createPolicy }))('$name', ({ run }) => run());
});
