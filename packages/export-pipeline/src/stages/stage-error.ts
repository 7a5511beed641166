import { FramerailError, isFramerailError } from '@framerail/lifecycle';
import type { StageName } from '../report/export-progress.js';

/**
 * Says which stage an error comes from. The code stays; aborts pass as they are.
 *
 * @param stage - where it was thrown; an error that blames another stage keeps that
 * @param error - anything
 */
export function stageError(stage: StageName, error: unknown): FramerailError {
  if (isFramerailError(error, 'E_ABORTED')) return error;
  if (!isFramerailError(error)) {
    return new FramerailError({
      code: 'E_STAGE_FAILED',
      message: `The ${stage} stage failed: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
      details: { stage },
    });
  }
  const blamed = typeof error.details['stage'] === 'string' ? error.details['stage'] : stage;
  return new FramerailError({
    code: error.code,
    message: `The ${blamed} stage failed: ${error.message}`,
    cause: error,
    details: { ...error.details, stage: blamed },
  });
}

/** The error of a stage whose neighbour waited too long for it. */
export function stalledError(
  blamed: StageName,
  waitedMs: number,
  didNot: string,
  cause: unknown,
): FramerailError {
  return new FramerailError({
    code: 'E_STAGE_STALLED',
    message: `Expected the ${blamed} stage to go on but it ${didNot} for ${(waitedMs / 1000).toFixed(1)} s; raise stallTimeoutMs if it is only slow`,
    cause,
    details: { stage: blamed, waitedMs },
  });
}
