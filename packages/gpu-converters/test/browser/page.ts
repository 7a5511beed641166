import { createWebgpuBackend, openGpuDevice } from '@framerail/gpu-converters';
import { backendContract } from '@framerail/gpu-converters/testing';

/** What the page tells the test that opened it. */
export interface PageReport {
  readonly adapter: string;
  readonly cases: readonly { readonly name: string; readonly failure: string }[];
}

/** The same plans with the same random numbers as in Node, on the browser's own device. */
async function runContract(): Promise<PageReport> {
  const gpu = await openGpuDevice();
  const contract = backendContract({
    createBackend: (plan) => createWebgpuBackend({ plan, device: gpu.device }),
    plans: 60,
    seed: 'webgpu',
  });
  const cases: { name: string; failure: string }[] = [];
  for (const { name, run } of contract) {
    const failure = await run().then(
      () => '',
      (error: unknown) => String(error),
    );
    cases.push({ name, failure });
  }
  gpu.close();
  return { adapter: `${gpu.adapterInfo.vendor} ${gpu.adapterInfo.architecture}`.trim(), cases };
}

const report = await runContract().catch((error: unknown) => ({
  adapter: '',
  cases: [{ name: 'opens a device', failure: String(error) }],
}));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
