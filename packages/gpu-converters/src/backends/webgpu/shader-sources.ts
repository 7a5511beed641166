import moveYcbcrEntry from '../../../../../shaders/entry/move-ycbcr.wgsl';
import packEntry from '../../../../../shaders/entry/pack.wgsl';
import toRgbEntry from '../../../../../shaders/entry/to-rgb.wgsl';
import toYcbcrEntry from '../../../../../shaders/entry/to-ycbcr.wgsl';
import formSource from '../../../../../shaders/exact/form.wgsl';
import wideFormSource from '../../../../../shaders/exact/wide-form.wgsl';
import loadBgra from '../../../../../shaders/load/bgra.wgsl';
import loadI420 from '../../../../../shaders/load/i420.wgsl';
import loadNv12 from '../../../../../shaders/load/nv12.wgsl';
import loadRgba from '../../../../../shaders/load/rgba.wgsl';
import rgbToYcbcr from '../../../../../shaders/matrix/rgb-to-ycbcr.wgsl';
import ycbcrToRgb from '../../../../../shaders/matrix/ycbcr-to-rgb.wgsl';
import colorMatrixSource from '../../../../../shaders/operations/color-matrix.wgsl';
import overlaySource from '../../../../../shaders/operations/overlay.wgsl';
import scaleSource from '../../../../../shaders/operations/scale.wgsl';
import storeBgra from '../../../../../shaders/store/bgra.wgsl';
import storeI420 from '../../../../../shaders/store/i420.wgsl';
import storeNv12 from '../../../../../shaders/store/nv12.wgsl';
import storeQuads from '../../../../../shaders/store/quads.wgsl';
import storeRgba from '../../../../../shaders/store/rgba.wgsl';

/** The texts of `shaders/`, by what they are for. The build puts them into the package as strings. */
export const SHADERS = {
  exact: { form: formSource, wideForm: wideFormSource },
  load: { RGBA: loadRgba, BGRA: loadBgra, NV12: loadNv12, I420: loadI420 },
  matrix: { rgbToYcbcr, ycbcrToRgb },
  operations: { scale: scaleSource, colorMatrix: colorMatrixSource, overlay: overlaySource },
  store: { RGBA: storeRgba, BGRA: storeBgra, NV12: storeNv12, I420: storeI420, quads: storeQuads },
  entry: { toRgb: toRgbEntry, toYcbcr: toYcbcrEntry, moveYcbcr: moveYcbcrEntry, pack: packEntry },
} as const;
