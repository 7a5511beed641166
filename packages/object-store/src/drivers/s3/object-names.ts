import { createHash } from 'node:crypto';
import { escapeName, unescapeName } from '../../keys/escaped-name.js';

const SAFE = /^[A-Za-z0-9_.-]$/;
/** S3's limit, in bytes; names are ASCII. */
const MAX_NAME = 1024;
/** Servers that keep blobs as files take no more than 255 between two slashes. */
const MAX_SEGMENT = 200;
/** Ends a piece of a segment that goes on after the slash; stands for nothing else. */
const GOES_ON = '!';
/** An empty segment, which such servers can't have. */
const EMPTY = '~';
/** Where blobs lie whose keys are too long to be names. */
const HASHED = '~~/';

/** How the keys of a store are written as names of a bucket's objects. */
export interface ObjectNames {
  /** What stands before all names. */
  readonly prefix: string;
  /** What stands before the names of keys that are too long; those are known to the object's metadata alone. */
  readonly hashedPrefix: string;
  /** The name of a key. */
  nameOf(key: string): string;
  /** What the names of keys that begin so begin with; those that are hashed don't. */
  prefixOf(keyPrefix: string): string;
  /** The key of a name; `hashed` if the name doesn't tell; `undefined` for objects that are none of the store's. */
  keyOf(name: string): { readonly key: string } | 'hashed' | undefined;
}

/** Makes the names of a store. */
export function objectNames(prefix: string, style: 'readable' | 'flat'): ObjectNames {
  const separator = style === 'readable' ? '/' : undefined;
  const write = (key: string): string => {
    const segments = separator === undefined ? [key] : key.split(separator);
    return segments.map((segment) => (segment === '' ? EMPTY : writeSegment(segment))).join('/');
  };
  const hashedName = (key: string): string =>
    `${prefix}${HASHED}${createHash('sha256').update(key).digest('hex')}`;
  const nameOf = (key: string): string => {
    const name = `${prefix}${write(key)}`;
    return name.length > MAX_NAME ? hashedName(key) : name;
  };
  return {
    prefix,
    hashedPrefix: `${prefix}${HASHED}`,
    nameOf,
    prefixOf(keyPrefix) {
      // A last segment that is empty isn't one yet: anything may follow.
      const name = `${prefix}${write(keyPrefix).replace(/(^|\/)~$/, '$1')}`;
      return name.slice(0, MAX_NAME);
    },
    keyOf(name) {
      if (!name.startsWith(prefix)) return undefined;
      const written = name.slice(prefix.length);
      if (written.startsWith(HASHED)) return /^[0-9a-f]{64}$/.test(written.slice(3)) ? 'hashed' : undefined;
      const key = read(written);
      return key !== undefined && nameOf(key) === name ? { key } : undefined;
    },
  };
}

function writeSegment(segment: string): string {
  // A leading dot hides files, and `.` and `..` are no names at all.
  const escaped = escapeName(segment, SAFE).replace(/^\./, '~2e');
  let name = '';
  let pieceStart = 0;
  for (const character of escaped.match(/~..|[^~]/g) ?? []) {
    if (name.length - pieceStart + character.length > MAX_SEGMENT) {
      name += `${GOES_ON}/`;
      pieceStart = name.length;
    }
    name += character;
  }
  return name;
}

function read(written: string): string | undefined {
  const segments = written.replaceAll(`${GOES_ON}/`, '').split('/');
  const keys = segments.map((segment) => {
    if (segment === EMPTY) return '';
    // Written again it must come out the same, and then a dot in front was written as itself by nobody.
    return unescapeName(segment.replace(/^~2e/, '.'), SAFE);
  });
  return keys.includes(undefined) ? undefined : keys.join('/');
}
