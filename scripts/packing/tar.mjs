// Writing tar archives (POSIX ustar), the same bytes for the same files.

/**
 * @typedef {object} TarEntry
 * @property {string} path inside the archive, with slashes
 * @property {Uint8Array} content
 * @property {boolean} [executable] whether it may be run; default no
 */

const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

/**
 * An uncompressed archive, piece by piece; the pieces are the caller's entries themselves where they can be.
 * @param {readonly TarEntry[]} entries
 * @returns {Generator<Uint8Array>}
 */
export function* tarPieces(entries) {
  for (const entry of entries) {
    yield headerOf(entry);
    yield entry.content;
    yield new Uint8Array(-entry.content.byteLength & (BLOCK_BYTES - 1));
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

/** @param {TarEntry} entry */
function headerOf({ path, content, executable = false }) {
  const header = Buffer.alloc(BLOCK_BYTES);
  const { prefix, name } = splitPath(path);
  header.write(name, 0);
  writeOctal(header, 100, 8, executable ? 0o755 : 0o644);
  writeOctal(header, 108, 8, 0);
  writeOctal(header, 116, 8, 0);
  writeOctal(header, 124, 12, content.byteLength);
  // A fixed day, so that the archive depends on its files alone; 0 makes some programs complain.
  writeOctal(header, 136, 12, Date.UTC(2000, 0, 1) / 1000);
  header.write('0', 156);
  header.write('ustar\0' + '00', 257);
  header.write(prefix, 345);
  // The sum counts its own field as spaces.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/**
 * @param {Buffer} header
 * @param {number} start
 * @param {number} byteLength
 * @param {number} value
 */
function writeOctal(header, start, byteLength, value) {
  header.write(`${value.toString(8).padStart(byteLength - 1, '0')}\0`, start);
}

/**
 * Long paths are cut at a slash into a prefix and a name.
 * @param {string} path
 */
function splitPath(path) {
  if (Buffer.byteLength(path) <= NAME_BYTES) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= PREFIX_BYTES && Buffer.byteLength(name) <= NAME_BYTES)
      return { prefix, name };
  }
  throw new RangeError(`Expected a path of at most 255 bytes, cut at a slash, but received ${path}`);
}
