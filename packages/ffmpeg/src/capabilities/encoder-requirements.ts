import { type Filter, filter } from '../filter-graph/filter.js';

/** Codecs that {@link preferredEncoders} knows encoders for. */
export type VideoCodec = 'h264' | 'hevc' | 'av1';

/** What an encoder needs around it; give it to `openFrameWriter` as it is. */
export interface EncoderRequirements {
  /** Options before all inputs. */
  readonly globalArgs: readonly string[];
  /** Filters right before the encoder. */
  readonly filters: readonly Filter[];
}

/** Kinds of hardware in the order in which they are tried on each platform; the best for export first. */
const HARDWARE: Readonly<Record<string, readonly string[]>> = {
  linux: ['nvenc', 'qsv', 'vaapi', 'amf', 'v4l2m2m'],
  win32: ['nvenc', 'qsv', 'amf', 'mf'],
  darwin: ['videotoolbox'],
};

const SOFTWARE: Readonly<Record<VideoCodec, readonly string[]>> = {
  h264: ['libx264', 'libopenh264'],
  hevc: ['libx265', 'libkvazaar'],
  av1: ['libsvtav1', 'libaom-av1', 'librav1e'],
};

/**
 * Encoders for a codec, best first: those in hardware that the platform may have, then software. Neither
 * that this ffmpeg has them nor that they work is said; `proveEncoder` finds out.
 *
 * @param codec - the codec
 * @param platform - Node's name of the system; default this one
 */
export function preferredEncoders(codec: VideoCodec, platform: string = process.platform): readonly string[] {
  return [...(HARDWARE[platform] ?? []).map((kind) => `${codec}_${kind}`), ...SOFTWARE[codec]];
}

/**
 * Whether an encoder is one that works in hardware, by its name.
 *
 * @param encoder - FFmpeg's name, such as `h264_vaapi`
 */
export function isHardwareEncoder(encoder: string): boolean {
  return /_(nvenc|qsv|vaapi|amf|v4l2m2m|mf|videotoolbox|omx|mediacodec|rkmpp|vulkan)$/.test(encoder);
}

/**
 * What an encoder needs: VA-API a device and frames on it; the others take frames from memory and open
 * their device themselves.
 *
 * @param encoder - FFmpeg's name
 * @param options - the device file of VA-API, by default the first
 */
export function encoderRequirements(
  encoder: string,
  options: { readonly device?: string } = {},
): EncoderRequirements {
  if (!encoder.endsWith('_vaapi')) return { globalArgs: [], filters: [] };
  const { device = '/dev/dri/renderD128' } = options;
  return {
    globalArgs: ['-init_hw_device', `vaapi=gpu:${device}`, '-filter_hw_device', 'gpu'],
    filters: [filter('format', { pix_fmts: 'nv12' }), filter('hwupload')],
  };
}
