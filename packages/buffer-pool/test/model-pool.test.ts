import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { PoolSession } from './model/pool-session.js';
import { addonSettings, SETTINGS } from './model/settings.js';
import { stepSequences } from './model/step-arbitrary.js';

const settings = requireProgram('addon') ? [...SETTINGS, ...addonSettings()] : SETTINGS;

// Callbacks that throw become warnings, thousands of them here.
const warn = vi.spyOn(process, 'emitWarning');
beforeAll(() => void warn.mockImplementation(() => {}));
afterAll(() => warn.mockRestore());

test.each(settings)('a pool does what the model says, whatever is interleaved: $name', async (setting) => {
  await fc.assert(
    fc.asyncProperty(stepSequences(), async (steps) => {
      const session = new PoolSession(setting);
      warn.mockClear();
      await fc.asyncModelRun(() => ({ model: { steps: 0 }, real: session }), steps);
      await session.end();
      expect(warn).toHaveBeenCalledTimes(session.thrown);
    }),
    { numRuns: 100 },
  );
});
