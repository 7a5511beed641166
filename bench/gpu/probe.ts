// Opens a GPU device in a process of its own, which a broken driver may take down, and says on stdout what it found.
import { openGpuDevice } from '@framerail/gpu-converters';
import { isFramerailError } from '@framerail/lifecycle';
import type { ProbeAnswer } from './open-adapter.ts';

let answer: ProbeAnswer;
try {
  using gpu = await openGpuDevice({ timestampQuantization: false });
  answer = { opened: true, adapter: gpu.adapterInfo };
} catch (error) {
  answer = { opened: false, reason: isFramerailError(error) ? error.message : String(error) };
}
await new Promise((written) => process.stdout.write(JSON.stringify(answer), written));
process.exit(0);
