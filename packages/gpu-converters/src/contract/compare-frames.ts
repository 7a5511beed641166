import { demand } from '@framerail/lifecycle/testing';
import { type FrameLayout, planeRowBytes, planeRows } from '@framerail/media-types';

/** The pixels of a frame without what lies between rows. */
export function rowsOf({
  data,
  layout,
}: {
  readonly data: Uint8Array;
  readonly layout: FrameLayout;
}): Uint8Array {
  const rows: Uint8Array[] = [];
  for (const [index, { offset, stride }] of layout.planes.entries()) {
    const rowBytes = planeRowBytes(layout.format, index, layout.width);
    for (let y = 0; y < planeRows(layout.format, index, layout.height); y += 1)
      rows.push(data.subarray(offset + y * stride, offset + y * stride + rowBytes));
  }
  const all = new Uint8Array(rows.reduce((sum, row) => sum + row.byteLength, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.byteLength;
  }
  return all;
}

/** Demands that two frames' rows are the same, and says where the first difference is. */
export function sameRows(layout: FrameLayout, expected: Uint8Array, actual: Uint8Array, what: string): void {
  demand(
    expected.byteLength === actual.byteLength,
    `${expected.byteLength} bytes, not ${actual.byteLength}, for ${what}`,
  );
  const at = expected.findIndex((byte, index) => byte !== actual[index]);
  if (at < 0) return;
  const count = expected.reduce((sum, byte, index) => sum + Number(byte !== actual[index]), 0);
  const where = placeOf(layout, at);
  demand(
    false,
    `${where} to be ${expected[at]}, not ${actual[at]}, for ${what} (${count} of ${expected.byteLength} bytes differ)`,
  );
}

function placeOf({ format, width, height, planes }: FrameLayout, at: number): string {
  let rest = at;
  for (const index of planes.keys()) {
    const rowBytes = planeRowBytes(format, index, width);
    const bytes = rowBytes * planeRows(format, index, height);
    if (rest < bytes)
      return `byte ${rest % rowBytes} of row ${Math.floor(rest / rowBytes)} of plane ${index}`;
    rest -= bytes;
  }
  return `byte ${at}`;
}
