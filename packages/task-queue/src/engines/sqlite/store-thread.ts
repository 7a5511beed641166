import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { StoreCall } from './store-calls.js';
import { errorText } from './store-errors.js';
import { StoreLine } from './store-line.js';
import {
  STORE_MARK,
  type StoreOrder,
  type StoreReport,
  type StoreThreadSettings,
} from './thread-messages.js';

/**
 * The whole of a store thread's program. Anywhere but in such a thread it does nothing.
 *
 * @returns whether this is such a thread
 */
export function serveStore(): boolean {
  const settings = (workerData as StoreThreadSettings | null | undefined)?.[STORE_MARK];
  const port = parentPort;
  if (isMainThread || settings === undefined || port === null) return false;
  const tell = (report: StoreReport): void => port.postMessage(report);
  const line = new StoreLine(settings, (aside) => tell({ kind: 'setAside', aside }));
  const pending = new Set<Promise<void>>();

  const answer = async (id: number, call: StoreCall): Promise<void> => {
    const outcome = await line.call(call);
    if ('error' in outcome) tell({ kind: 'failed', id, error: errorText(outcome.error, settings.path) });
    else tell({ kind: 'done', id, value: outcome.value });
  };

  port.on('message', async (order: StoreOrder) => {
    if (order.kind === 'call') {
      const answered = answer(order.id, order.call).finally(() => pending.delete(answered));
      pending.add(answered);
    } else {
      await Promise.all(pending);
      line.close();
      port.close();
    }
  });
  line.open().then(
    () => tell({ kind: 'open' }),
    (error) => {
      tell({ kind: 'refused', error: errorText(error, settings.path) });
      port.close();
    },
  );
  return true;
}
