/** A regular file of a tar archive. */
export interface TarFile {
  /** Base name, without folders. */
  name: string;
  content: Buffer;
}

const BLOCK_BYTES = 512;

/** The regular files of an uncompressed tar archive (POSIX ustar; sizes in octal). */
export function* filesInTar(archive: Buffer): Generator<TarFile> {
  let offset = 0;
  while (offset + BLOCK_BYTES <= archive.byteLength) {
    const header = archive.subarray(offset, offset + BLOCK_BYTES);
    const path = textField(header, 0, 100);
    if (path === '') return;
    const byteLength = Number.parseInt(textField(header, 124, 12), 8) || 0;
    const start = offset + BLOCK_BYTES;
    const kind = textField(header, 156, 1);
    if (kind === '' || kind === '0') {
      yield {
        name: path.slice(path.lastIndexOf('/') + 1),
        content: archive.subarray(start, start + byteLength),
      };
    }
    offset = start + Math.ceil(byteLength / BLOCK_BYTES) * BLOCK_BYTES;
  }
}

function textField(header: Buffer, start: number, byteLength: number): string {
  const field = header.subarray(start, start + byteLength);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end === -1 ? byteLength : end).trim();
}
