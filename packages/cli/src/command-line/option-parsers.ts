import { invalidArgument } from '@framerail/lifecycle';

/** Makes a parser of a number option with inclusive bounds. */
export function numberParser(name: string, bounds: { min: number; max: number; integer?: boolean }) {
  const kind = bounds.integer ? 'an integer' : 'a number';
  const expected = Number.isFinite(bounds.max)
    ? `${kind} from ${bounds.min} to ${bounds.max}`
    : `${kind} of ${bounds.min} or more`;
  return (text: string): number => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
    const fits =
      value >= bounds.min && value <= bounds.max && (!bounds.integer || Number.isSafeInteger(value));
    if (!fits) throw invalidArgument(name, expected, text);
    return value;
  };
}

/** Makes a parser of an option that takes one of some words, in any case. */
export function choiceParser<T extends string>(name: string, choices: readonly T[]) {
  return (text: string): T => {
    const choice = choices.find((one) => one.toLowerCase() === text.toLowerCase());
    if (choice === undefined) throw invalidArgument(name, `one of ${choices.join(', ')}`, text);
    return choice;
  };
}

/** Makes a parser of sizes such as `1920x1080`. */
export function sizeParser(name: string) {
  return (text: string): { width: number; height: number } => {
    const match = /^(\d{1,5})[xX×](\d{1,5})$/.exec(text.trim());
    const [width, height] = [Number(match?.[1]), Number(match?.[2])];
    const isSide = (side: number): boolean => side >= 1 && side <= 65_535;
    if (!isSide(width) || !isSide(height)) {
      throw invalidArgument(name, 'a size such as 1920x1080 with sides from 1 to 65535', text);
    }
    return { width, height };
  };
}

/** Parses `1280x720+320+180`: a size and where its top left corner lies, `+0+0` by default. */
export function parseCrop(text: string): { x: number; y: number; width: number; height: number } {
  const match = /^(\d{1,5}[xX×]\d{1,5})(?:\+(\d{1,5})\+(\d{1,5}))?$/.exec(text.trim());
  if (match === null) {
    throw invalidArgument('--crop', 'a size and a corner such as 1280x720+320+180', text);
  }
  const [, size = '', x = '0', y = '0'] = match;
  return { x: Number(x), y: Number(y), ...sizeParser('--crop')(size) };
}

/** Makes a parser of bytes with an optional unit: `200000000`, `200MB`, `190MiB`. */
export function bytesParser(name: string) {
  const units: Record<string, number> = {
    '': 1,
    B: 1,
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    KIB: 2 ** 10,
    MIB: 2 ** 20,
    GIB: 2 ** 30,
  };
  return (text: string): number => {
    const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
    const unit = units[(match?.[2] ?? '').toUpperCase()];
    const bytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
    if (!Number.isSafeInteger(bytes) || bytes < 1)
      throw invalidArgument(name, 'bytes such as 200000000, 200MB or 190MiB', text);
    return bytes;
  };
}

/** An overlay as the command line gives it. */
export interface OverlayArgument {
  readonly path: string;
  /** Output pixels from the left edge; may be negative. */
  readonly x: number;
  /** Output pixels from the top edge; may be negative. */
  readonly y: number;
  /** 0 to 1. */
  readonly opacity: number;
}

/** Parses `PNG[:x:y[:opacity]]`. The numbers are taken from the end, so the path may hold colons. */
export function parseOverlay(text: string): OverlayArgument {
  const match = /^(.+?)(?::([+-]?\d+):([+-]?\d+)(?::(\d*\.?\d+))?)?$/.exec(text);
  const [path, x, y, opacity] = [
    match?.[1],
    Number(match?.[2] ?? 0),
    Number(match?.[3] ?? 0),
    Number(match?.[4] ?? 1),
  ];
  if (path === undefined || opacity > 1 || Math.abs(x) > 65_535 || Math.abs(y) > 65_535) {
    throw invalidArgument(
      '--overlay',
      'PNG[:x:y[:opacity]] with x and y in pixels and an opacity from 0 to 1',
      text,
    );
  }
  return { path, x, y, opacity };
}
