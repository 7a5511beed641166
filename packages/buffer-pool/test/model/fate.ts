import { isFramerailError } from '@framerail/lifecycle';
import { settle, watch } from '../settled.js';

/** What became of a promise without time passing: `pending`, `resolved`, or the code of its error. */
export async function fateOf(promise: Promise<unknown>): Promise<string> {
  const watched = watch(promise);
  await settle();
  if (watched.state !== 'rejected') return watched.state;
  return isFramerailError(watched.error)
    ? watched.error.code
    : `no Framerail error: ${String(watched.error)}`;
}

/** The error of a promise that fails without time passing; what it isn't, otherwise. */
export async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  const watched = watch(promise);
  await settle();
  return watched.state === 'rejected' ? watched.error : `The promise is ${watched.state}`;
}
