import type { FrameLayout } from '@framerail/media-types';
import { nextTurn } from '../../gpu/event-loop.js';
import type { GpuLayout } from './gpu-layout.js';

/** Bytes that are copied before other events get a turn: about two milliseconds. */
const BYTES_A_TURN = 16 * 1024 * 1024;

/**
 * Copies a frame into mapped memory in the layout that the shader reads: planes whose stride is the same in one
 * piece, others row by row.
 *
 * @param data - the frame's memory
 * @param from - its layout
 * @param memory - mapped memory of `to.byteLength` bytes or more
 * @param to - the layout there
 * @param check - called after every turn that others got; throws to end the copying
 */
export async function copyPlanes(
  data: Uint8Array,
  from: FrameLayout,
  memory: Uint8Array,
  to: GpuLayout,
  check: () => void,
): Promise<void> {
  let copied = 0;
  for (const [index, plane] of to.planes.entries()) {
    const { offset, stride } = from.planes[index] as FrameLayout['planes'][number];
    const rowsAtOnce = stride === plane.stride ? Math.max(1, Math.floor(BYTES_A_TURN / stride)) : 1;
    for (let row = 0; row < plane.rows; row += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, plane.rows - row);
      // The last row ends with its samples: the memory may end there too.
      const length = (rows - 1) * stride + plane.rowBytes;
      const start = offset + row * stride;
      if (copied + length > BYTES_A_TURN) {
        await nextTurn();
        check();
        copied = 0;
      }
      memory.set(data.subarray(start, start + length), plane.offset + row * plane.stride);
      copied += length;
    }
  }
}
