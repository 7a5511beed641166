import { expectObject, invalidArgument } from '@framerail/lifecycle';

/** What processors fetch at once, and what the widest vector instructions want. */
const ALIGNMENT_BYTES = 64;

/** What tells where memory lies: the addon (`binding` of `@framerail/native`), or anything with its `addressOf`. */
export interface AddressSource {
  /** Address of the first byte of a view. */
  addressOf(memory: Uint8Array): number | bigint;
}

/** Options of {@link heapAllocator} and {@link sharedAllocator}. */
export interface AlignmentOptions {
  /**
   * What tells addresses: the addon. With it memory begins at a multiple of 64 bytes, for which each piece is 64 bytes
   * larger than what is lent. Without it, it begins where the engine puts it: at a multiple of 16 in V8.
   */
  readonly binding?: AddressSource | undefined;
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectAlignmentOptions(options: AlignmentOptions): AddressSource | undefined {
  const { binding } = expectObject('options', options, 'options { binding? }');
  if (binding === undefined || typeof binding?.addressOf === 'function') return binding;
  throw invalidArgument('binding', 'the binding of @framerail/native, which has addressOf,', binding);
}

/** What an allocator can say of addresses; nothing where nobody tells them. */
export function alignmentOf(addresses: AddressSource | undefined): { readonly alignmentBytes?: number } {
  return addresses === undefined ? {} : { alignmentBytes: ALIGNMENT_BYTES };
}

/** Bytes of a buffer in which {@link alignedView} finds an aligned place. */
export function bytesWithRoom(byteLength: number, addresses: AddressSource | undefined): number {
  return addresses === undefined ? byteLength : byteLength + ALIGNMENT_BYTES;
}

/**
 * The first `byteLength` bytes of a buffer that begin at a multiple of {@link ALIGNMENT_BYTES}; its first ones where
 * addresses can't be told.
 *
 * @param buffer - of {@link bytesWithRoom}
 */
export function alignedView<Buffer extends ArrayBufferLike>(
  buffer: Buffer,
  byteLength: number,
  addresses: AddressSource | undefined,
): Uint8Array<Buffer> {
  if (addresses === undefined) return new Uint8Array(buffer, 0, byteLength);
  const past = Number(BigInt(addresses.addressOf(new Uint8Array(buffer))) % BigInt(ALIGNMENT_BYTES));
  return new Uint8Array(buffer, (ALIGNMENT_BYTES - past) % ALIGNMENT_BYTES, byteLength);
}
