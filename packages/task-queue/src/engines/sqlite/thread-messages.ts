import type { SetAside } from './open-database.js';
import type { StoreCall } from './store-calls.js';
import type { ErrorText } from './store-errors.js';
import type { StoreSettings } from './store-line.js';

/** What the store's thread is told. */
export type StoreOrder =
  | { readonly kind: 'call'; readonly id: number; readonly call: StoreCall }
  | { readonly kind: 'close' };

/** What it says. */
export type StoreReport =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly error: ErrorText }
  | { readonly kind: 'setAside'; readonly aside: SetAside }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorText };

/** What it is born with. */
export interface StoreThreadSettings {
  readonly [STORE_MARK]: StoreSettings;
}

/** The member of a store thread's `workerData` that has its settings. */
export const STORE_MARK = 'framerailQueueStore';
