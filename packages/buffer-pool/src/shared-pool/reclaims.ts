import type { ReclaimRequest } from '../pool/acquire-options.js';
import { warnOfThrow } from '../pool/warn.js';
import { EXTENT, FLAG } from './control-layout.js';
import type { LocalBlock } from './local-blocks.js';
import type { SharedLedger } from './shared-ledger.js';

/**
 * Finds this thread's leases that have been asked back. In a turn.
 *
 * @param blocks - those that can be; the ones that were asked back are taken out
 * @returns asks their holders, to be called after the turn
 */
export function collectReclaims(ledger: SharedLedger, pool: string, blocks: Set<LocalBlock>): () => void {
  const { control } = ledger;
  const asked: (() => void)[] = [];
  for (const block of blocks) {
    const flags = control.get(block.record + EXTENT.flags);
    if ((flags & FLAG.askedBack) === 0) continue;
    blocks.delete(block);
    const { onReclaim, loan } = block;
    const request: ReclaimRequest = Object.freeze({
      pool,
      reason: (flags & FLAG.forTrim) === 0 ? 'waiting' : 'trim',
      bytes: control.numberAt(block.record + EXTENT.order),
    });
    asked.push(() => {
      // A holder that was asked before may have released this one too.
      if (block.loan === loan && block.holders > 0) callHolder(onReclaim, request);
    });
  }
  return () => {
    for (const ask of asked) ask();
  };
}

function callHolder(onReclaim: LocalBlock['onReclaim'], request: ReclaimRequest): void {
  try {
    const answer: unknown = onReclaim?.(request);
    if (answer instanceof Promise) answer.catch((error: unknown) => warn(request, error));
  } catch (error) {
    warn(request, error);
  }
}

function warn({ pool }: ReclaimRequest, error: unknown): void {
  warnOfThrow(pool, 'onReclaim of a lease', error);
}
