/** What the name of one of FFmpeg's pixel formats tells. */
export interface PixelFormatName {
  /** What the components are. */
  readonly model: 'ycbcr' | 'rgb' | 'gray';
  /** Bits of the widest component. */
  readonly bitDepth: number;
  /** How chroma is subsampled; `undefined` for RGB and grey. */
  readonly chroma: '420' | '422' | '444' | '440' | '411' | '410' | undefined;
  /** Full range by the name alone: the old `yuvj` formats, and RGB and grey, which FFmpeg always takes so. */
  readonly fullRange: boolean;
}

type Chroma = NonNullable<PixelFormatName['chroma']>;

const SEMIPLANAR: Readonly<Record<string, { chroma: Chroma; bitDepth: number }>> = {
  nv12: { chroma: '420', bitDepth: 8 },
  nv21: { chroma: '420', bitDepth: 8 },
  nv16: { chroma: '422', bitDepth: 8 },
  nv20: { chroma: '422', bitDepth: 10 },
  nv24: { chroma: '444', bitDepth: 8 },
  nv42: { chroma: '444', bitDepth: 8 },
};

const P_SERIES: Readonly<Record<string, Chroma>> = { '0': '420', '2': '422', '4': '444' };

/**
 * Reads what a pixel format's name tells, by FFmpeg's naming rules: there are some two hundred formats,
 * and new releases add to them. What fits no YCbCr or grey rule is RGB.
 *
 * @param name - such as `yuv420p10le`
 */
export function describePixelFormatName(name: string): PixelFormatName {
  const base = name.replace(/(le|be)$/, '');
  return planar(base) ?? semiplanar(base) ?? packed(base) ?? gray(base) ?? rgb(base);
}

function ycbcr(chroma: Chroma, bitDepth: number, fullRange = false): PixelFormatName {
  return { model: 'ycbcr', bitDepth, chroma, fullRange };
}

function planar(base: string): PixelFormatName | undefined {
  const match = /^yuva?(j?)(4\d\d)p(\d+)?$/.exec(base);
  return match === null ? undefined : ycbcr(match[2] as Chroma, Number(match[3] ?? 8), match[1] === 'j');
}

function semiplanar(base: string): PixelFormatName | undefined {
  const known = SEMIPLANAR[base];
  if (known !== undefined) return ycbcr(known.chroma, known.bitDepth);
  const match = /^p([024])(10|12|16)$/.exec(base);
  return match === null ? undefined : ycbcr(P_SERIES[match[1] ?? ''] ?? '420', Number(match[2]));
}

function packed(base: string): PixelFormatName | undefined {
  if (/^(yuyv|uyvy|yvyu)422$/.test(base)) return ycbcr('422', 8);
  if (base === 'uyyvyy411') return ycbcr('411', 8);
  if (/^(vuy[ax]|ayuv|uyva|vyu444)$/.test(base)) return ycbcr('444', 8);
  if (base === 'ayuv64') return ycbcr('444', 16);
  const match = /^(y2|xv|v)(10|12|16|30|36|48)x?$/.exec(base);
  if (match === null) return undefined;
  const bits = Number(match[2]);
  return match[1] === 'y2' ? ycbcr('422', bits) : ycbcr('444', bits / 3);
}

function gray(base: string): PixelFormatName | undefined {
  const match = /^(?:grayf?|ya|mono[wb])(\d+)?$/.exec(base);
  return match === null
    ? undefined
    : { model: 'gray', bitDepth: Number(match[1] ?? 8), chroma: undefined, fullRange: true };
}

function rgb(base: string): PixelFormatName {
  const perPixel: Readonly<Record<string, number>> = { '48': 16, '64': 16, '96': 32, '128': 32 };
  const digits = /(\d+)$/.exec(base)?.[1];
  const bitDepth =
    digits === undefined
      ? 8
      : (perPixel[digits] ?? ([9, 10, 12, 14, 16, 32].includes(Number(digits)) ? Number(digits) : 8));
  return { model: 'rgb', bitDepth, chroma: undefined, fullRange: true };
}
