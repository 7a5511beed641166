export {
  BT601,
  BT709,
  BT2020,
  type ChromaLocation,
  type ColorField,
  type ColorPrimaries,
  type ColorSpace,
  type GuessedColorSpace,
  guessColorSpace,
  type MatrixCoefficients,
  SRGB,
  type TransferCharacteristics,
} from './color-space.js';
export {
  type FrameLayout,
  type FrameLayoutOptions,
  frameLayout,
  isTightlyPacked,
  MAX_FRAME_SIDE,
  type PlaneLayout,
  planeRowBytes,
  planeRows,
} from './frame-layout.js';
export { type FrameRate, frameCount, frameDurationUs, frameIndexAt, frameTimestampUs } from './frame-time.js';
export {
  type CodeRange,
  codeRange,
  type LumaCoefficients,
  MATRIX_COEFFICIENTS,
  type YcbcrMatrix,
} from './matrix-coefficients.js';
export {
  isPixelFormat,
  PIXEL_FORMATS,
  type PixelFormat,
  type PixelFormatDescription,
  type PlaneDescription,
  pixelFormatFromFfmpeg,
} from './pixel-format.js';
export {
  compareRational,
  formatRational,
  invertRational,
  multiplyDivide,
  multiplyRational,
  parseRational,
  type Rational,
  type Rounding,
  rational,
  rationalToNumber,
} from './rational.js';
export type { FrameFormat, RawFrame } from './raw-frame.js';
