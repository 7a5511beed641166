import { gpuError, withErrorScopes } from '../gpu-errors.js';
import type { Fence } from './fence.js';
import type { TaskEntry } from './task-entry.js';

/** What came of a batch: who was submitted, who is out, and whether the rest has to be tried one by one. */
export interface BatchOutcome {
  readonly submitted: readonly TaskEntry[];
  readonly failed: readonly { readonly entry: TaskEntry; readonly error: unknown }[];
  /** The GPU refused them together: nothing of them was done. */
  readonly toRetryAlone: readonly TaskEntry[];
}

/**
 * Records a batch into one command encoder and submits it. A task whose `encode` throws is left out; if the GPU
 * refuses the commands it isn't said whose they are.
 *
 * @throws what the device throws when it is gone
 */
export async function submitBatch(
  device: GPUDevice,
  fence: Fence,
  batch: readonly TaskEntry[],
): Promise<BatchOutcome> {
  const failed: { entry: TaskEntry; error: unknown }[] = [];
  let entries = [...batch];
  const { value: wasSubmitted, error } = withErrorScopes(
    device,
    ['validation', 'out-of-memory', 'internal'],
    () => {
      for (;;) {
        if (entries.length === 0) return false;
        const encoder = device.createCommandEncoder({ label: 'framerail batch' });
        fence.begin(encoder);
        const culprit = entries.find((entry) => {
          try {
            entry.task.encode(encoder);
            return false;
          } catch (thrown) {
            failed.push({ entry, error: thrown });
            return true;
          }
        });
        if (culprit === undefined) {
          fence.end(encoder);
          device.queue.submit([encoder.finish()]);
          return true;
        }
        // What it has recorded can't be taken out: a new encoder, without it.
        entries = entries.filter((entry) => entry !== culprit);
      }
    },
  );
  const refusal = await error;
  if (!wasSubmitted) return { submitted: [], failed, toRetryAlone: [] };
  if (refusal === undefined) return { submitted: entries, failed, toRetryAlone: [] };
  const [only, ...more] = entries as [TaskEntry, ...TaskEntry[]];
  if (more.length > 0) return { submitted: [], failed, toRetryAlone: entries };
  failed.push({ entry: only, error: gpuError(refusal, only.task.label ?? `a task of ${only.task.client}`) });
  return { submitted: [], failed, toRetryAlone: [] };
}
