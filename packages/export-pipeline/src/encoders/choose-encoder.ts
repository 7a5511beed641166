import { type Capabilities, type FfmpegBinaries, ffmpegCapabilities } from '@framerail/ffmpeg';
import { FramerailError } from '@framerail/lifecycle';
import type { EncoderProfile, EncoderSettings } from './encoder-profile.js';
import { HARDWARE_PROFILES } from './hardware-profiles.js';
import { SOFTWARE_PROFILES } from './software-profiles.js';

/** An encoder, why it is this one, and how it is driven. */
export interface EncoderChoice {
  readonly profile: EncoderProfile;
  readonly settings: EncoderSettings;
  readonly reason: string;
}

/** What {@link chooseEncoders} needs. */
export interface EncoderQuestion {
  readonly binaries: FfmpegBinaries;
  /** `'h264'`, or an encoder's name. */
  readonly codec: string;
  readonly settings: EncoderSettings;
  /** What the binaries can do, if somebody has asked already. */
  readonly capabilities?: Capabilities | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Chooses who encodes, and who does if that one fails: the first element is tried first.
 *
 * @throws FramerailError `E_ENCODER_NOT_FOUND` with what there is, `E_INVALID_ARGUMENT`, `E_ABORTED`
 */
export async function chooseEncoders(question: EncoderQuestion): Promise<readonly EncoderChoice[]> {
  const { binaries, codec, settings, signal } = question;
  const capabilities =
    question.capabilities ?? (await ffmpegCapabilities(binaries, signal === undefined ? {} : { signal }));
  if (codec !== 'h264')
    return [{ profile: named(codec, capabilities), settings, reason: 'it was asked for by name' }];
  const { proven, refusals } = await provenHardware(question, capabilities);
  const note = refusals.length === 0 ? '' : ` (${refusals.join('; ')})`;
  const choices: EncoderChoice[] = [];
  if (proven !== undefined) {
    const reason = `a hardware encoder that has proven itself at ${settings.width}×${settings.height}${note}`;
    choices.push({ profile: proven, settings, reason });
  }
  const software = SOFTWARE_PROFILES.find(
    ({ name }) => H264_SOFTWARE.includes(name) && capabilities.encoders.has(name),
  );
  if (software !== undefined) {
    choices.push({
      profile: software,
      settings,
      reason: `no hardware encoder is there that has proven itself${note}`,
    });
  }
  if (choices.length === 0) throw notFound(codec, capabilities);
  return choices;
}

const H264_SOFTWARE: readonly string[] = ['libx264', 'libopenh264'];

async function provenHardware(
  { settings, signal }: EncoderQuestion,
  capabilities: Capabilities,
): Promise<{ readonly proven?: EncoderProfile; readonly refusals: readonly string[] }> {
  if (settings.crf === 0) return { refusals: ['crf 0 means lossless, which hardware encoders are not'] };
  const refusals: string[] = [];
  const { width, height } = settings;
  for (const name of capabilities.preferredEncoders('h264')) {
    const profile = HARDWARE_PROFILES.find((one) => one.name === name);
    if (profile === undefined) continue;
    // Tried with the arguments of the export: a driver may take the encoder and refuse its options.
    const encoderArgs = profile.args(settings);
    const trial = { encoder: name, width, height, encoderArgs, ...(signal === undefined ? {} : { signal }) };
    const proof = await capabilities.prove(trial);
    if (proof.proven) return { proven: profile, refusals };
    refusals.push(`${name}: ${cause(proof.reason)}`);
  }
  return { refusals };
}

/** The cause alone: without who tried what, ffmpeg's addresses, and what follows from it. */
function cause(reason = ''): string {
  const line = (reason.split(/\s\|\s|\n/)[0] ?? '')
    .replace(/^.*?failed \([^)]*\): /, '')
    .replace(/^\[[^\]]*\] /, '');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function named(codec: string, capabilities: Capabilities): EncoderProfile {
  if (capabilities.encoders.get(codec)?.kind !== 'video') throw notFound(codec, capabilities);
  const known = [...HARDWARE_PROFILES, ...SOFTWARE_PROFILES].find(({ name }) => name === codec);
  return known ?? { name: codec, isHardware: false, pixelFormat: undefined, args: () => [] };
}

function notFound(codec: string, { encoders }: Capabilities): FramerailError {
  const known = [...encoders].filter(([, entry]) => entry.kind === 'video').map(([name]) => name);
  return new FramerailError({
    code: 'E_ENCODER_NOT_FOUND',
    message: `Expected 'h264' or a video encoder of this ffmpeg for codec but received ${JSON.stringify(codec)}; it has ${known.join(', ')}`,
    details: { codec, encoders: known },
  });
}
