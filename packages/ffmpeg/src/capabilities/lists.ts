/** An encoder or decoder that an ffmpeg has. */
export interface CodecEntry {
  /** FFmpeg's name, such as `libx264`. */
  readonly name: string;
  /** What it codes. */
  readonly kind: 'video' | 'audio' | 'subtitle';
  /** ffmpeg's own words, which end in the codec's name where that differs. */
  readonly description: string;
  /** Whether ffmpeg calls it experimental (`-strict experimental`). */
  readonly experimental: boolean;
}

/** A filter that an ffmpeg has. */
export interface FilterEntry {
  /** FFmpeg's name, such as `scale`. */
  readonly name: string;
  /** ffmpeg's own words. */
  readonly description: string;
}

const KINDS: Readonly<Record<string, CodecEntry['kind']>> = { V: 'video', A: 'audio', S: 'subtitle' };

/**
 * Reads what `-encoders` or `-decoders` prints: six flags, a name, a description, below a line of dashes.
 *
 * @param text - ffmpeg's output
 */
export function parseCodecList(text: string): ReadonlyMap<string, CodecEntry> {
  const entries = new Map<string, CodecEntry>();
  for (const line of text.slice(Math.max(0, text.indexOf('------'))).split('\n')) {
    const match = /^ ([VAS])[.FSXBDI]{2}([.X])[.B][.D] (\S+)\s+(.*)$/.exec(line);
    const kind = KINDS[match?.[1] ?? ''];
    const name = match?.[3];
    if (kind === undefined || name === undefined) continue;
    entries.set(
      name,
      Object.freeze({ name, kind, description: match?.[4] ?? '', experimental: match?.[2] === 'X' }),
    );
  }
  return entries;
}

/**
 * Reads what `-filters` prints: flags, a name, pads such as `V->V`, a description.
 *
 * @param text - ffmpeg's output
 */
export function parseFilterList(text: string): ReadonlyMap<string, FilterEntry> {
  const entries = new Map<string, FilterEntry>();
  for (const line of text.split('\n')) {
    const match = /^ [.TSCN|]{2,3} (\S+)\s+\S+->\S+\s+(.*)$/.exec(line);
    const name = match?.[1];
    if (name !== undefined) entries.set(name, Object.freeze({ name, description: match?.[2] ?? '' }));
  }
  return entries;
}
