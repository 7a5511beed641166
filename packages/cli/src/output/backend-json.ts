import type { BackendChoice } from '@framerail/gpu-converters';

/** What `--json` prints of the choice of a backend. */
export function backendJson({ backend, reason, measurements, measuredAt, isRemembered }: BackendChoice) {
  return { name: backend, reason, measurements, measuredAt: measuredAt ?? null, isRemembered };
}
