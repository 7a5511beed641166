import type { FfmpegBinaries } from '@framerail/ffmpeg';
import type { Operation } from '@framerail/gpu-converters';
import { invalidArgument } from '@framerail/lifecycle';
import type { ExportOperation } from '../export-options.js';
import { loadPicture } from './load-picture.js';

/**
 * Makes operations that processors know: overlays whose picture lies in a file get it into memory.
 *
 * @throws FramerailError `E_OVERLAY_INVALID`, `E_INVALID_ARGUMENT`, `E_ABORTED`
 */
export async function resolveOperations(
  operations: readonly ExportOperation[],
  options: { readonly binaries: FfmpegBinaries; readonly signal?: AbortSignal },
): Promise<readonly Operation[]> {
  const resolving = operations.map(async (operation): Promise<Operation> => {
    if (operation.type !== 'overlay') return operation;
    const placed = { ...operation, x: operation.x ?? 0, y: operation.y ?? 0 };
    if ('path' in placed) {
      const { path, ...overlay } = placed;
      return { ...overlay, image: await loadPicture({ ...options, path }) };
    }
    if (placed.image === undefined) throw invalidArgument('overlay', 'a path or an image', operation);
    return placed;
  });
  // When one fails the others end before the failure comes out: no process outlives the call.
  await Promise.allSettled(resolving);
  return Promise.all(resolving);
}
