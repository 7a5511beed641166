import { FramerailError } from '@framerail/lifecycle';
import type { FfmpegBinaries } from '../locate/binary.js';
import { capture } from '../process/capture.js';
import { preferredEncoders, type VideoCodec } from './encoder-requirements.js';
import { type CodecEntry, type FilterEntry, parseCodecList, parseFilterList } from './lists.js';
import { type EncoderProof, type ProveEncoderOptions, proveEncoder } from './prove-encoder.js';

/** What an ffmpeg can do. Proofs are remembered in this object and nowhere else. */
export interface Capabilities {
  /** What was asked. */
  readonly binaries: FfmpegBinaries;
  /** By name; that an encoder is listed doesn't say that it works. */
  readonly encoders: ReadonlyMap<string, CodecEntry>;
  /** Decoders by name. */
  readonly decoders: ReadonlyMap<string, CodecEntry>;
  /** Filters by name. */
  readonly filters: ReadonlyMap<string, FilterEntry>;
  /**
   * Tries an encoder as `proveEncoder` does, once for each size, pixel format and set of options.
   * An encoder that isn't listed is disproven without a trial.
   */
  prove(options: Omit<ProveEncoderOptions, 'binaries'>): Promise<EncoderProof>;
  /** The listed encoders for a codec, best first: hardware of this platform, then software. */
  preferredEncoders(codec: VideoCodec): readonly string[];
}

/** Options of {@link ffmpegCapabilities}. */
export interface CapabilitiesOptions {
  /** Gives up the asking. */
  readonly signal?: AbortSignal;
  /** Milliseconds for each list; default 10 000. */
  readonly timeoutMs?: number;
}

/**
 * Asks ffmpeg what it has.
 *
 * @param binaries - what `locateFfmpeg` found
 * @param options - limits
 * @throws FramerailError `E_FFMPEG_FAILED`, `E_TIMEOUT`, `E_ABORTED`
 */
export async function ffmpegCapabilities(
  binaries: FfmpegBinaries,
  options: CapabilitiesOptions = {},
): Promise<Capabilities> {
  const { signal, timeoutMs = 10_000 } = options;
  const list = async (name: string): Promise<string> => {
    const what = `Asking ffmpeg for its ${name}`;
    const args = ['-hide_banner', `-${name}`];
    const { stdout, stderr, exitCode } = await capture({
      path: binaries.ffmpeg.path,
      args,
      what,
      signal,
      timeoutMs,
    });
    if (exitCode === 0) return stdout.toString('utf8');
    throw new FramerailError({
      code: 'E_FFMPEG_FAILED',
      message: `${what} failed: ${stderr.slice(-400)}`,
      details: { args, exitCode },
    });
  };
  // One after the other: starting a process takes some milliseconds of the event loop, three at once add up.
  const encoderText = await list('encoders');
  const decoderText = await list('decoders');
  const filterText = await list('filters');
  const encoders = parseCodecList(encoderText);
  const proofs = new Map<string, Promise<EncoderProof>>();

  return Object.freeze({
    binaries,
    encoders,
    decoders: parseCodecList(decoderText),
    filters: parseFilterList(filterText),
    prove(asked: Omit<ProveEncoderOptions, 'binaries'>): Promise<EncoderProof> {
      const { encoder, width, height, pixelFormat, encoderArgs } = asked;
      if (!encoders.has(encoder)) {
        return Promise.resolve(
          Object.freeze({ encoder, proven: false, reason: `This ffmpeg has no encoder ${encoder}`, ms: 0 }),
        );
      }
      const key = JSON.stringify([encoder, width, height, pixelFormat, encoderArgs]);
      const known = proofs.get(key);
      if (known !== undefined) return known;
      const proof = proveEncoder({ ...asked, binaries });
      proofs.set(key, proof);
      // One caller's abort is no answer for the others.
      proof.catch(() => proofs.delete(key));
      return proof;
    },
    preferredEncoders: (codec: VideoCodec) => preferredEncoders(codec).filter((name) => encoders.has(name)),
  });
}
