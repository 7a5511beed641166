import chromaAcross from '../../../../../shaders/chroma/across.wgsl';
import chromaFull from '../../../../../shaders/chroma/full.wgsl';
import chromaRows420 from '../../../../../shaders/chroma/rows-420.wgsl';
import chromaRows422 from '../../../../../shaders/chroma/rows-422.wgsl';
import copyPairsEntry from '../../../../../shaders/entry/copy-pairs.wgsl';
import moveYcbcrEntry from '../../../../../shaders/entry/move-ycbcr.wgsl';
import packEntry from '../../../../../shaders/entry/pack.wgsl';
import planesEntry from '../../../../../shaders/entry/planes.wgsl';
import planesAcrossEntry from '../../../../../shaders/entry/planes-across.wgsl';
import planesFullEntry from '../../../../../shaders/entry/planes-full.wgsl';
import toRgbEntry from '../../../../../shaders/entry/to-rgb.wgsl';
import toWideEntry from '../../../../../shaders/entry/to-wide.wgsl';
import toYcbcrEntry from '../../../../../shaders/entry/to-ycbcr.wgsl';
import toYcbcrDirectEntry from '../../../../../shaders/entry/to-ycbcr-direct.wgsl';
import toYcbcrFullEntry from '../../../../../shaders/entry/to-ycbcr-full.wgsl';
import fixed from '../../../../../shaders/exact/fixed.wgsl';
import form from '../../../../../shaders/exact/form.wgsl';
import wideForm from '../../../../../shaders/exact/wide-form.wgsl';
import loadBgra from '../../../../../shaders/load/bgra.wgsl';
import loadNv12 from '../../../../../shaders/load/nv12.wgsl';
import loadP010 from '../../../../../shaders/load/p010.wgsl';
import loadPacked422 from '../../../../../shaders/load/packed-422.wgsl';
import loadPlanar from '../../../../../shaders/load/planar.wgsl';
import loadPlanar10 from '../../../../../shaders/load/planar10.wgsl';
import loadPlaneSums from '../../../../../shaders/load/plane-sums.wgsl';
import loadRgba from '../../../../../shaders/load/rgba.wgsl';
import loadRgba16 from '../../../../../shaders/load/rgba16.wgsl';
import loadRgba16f from '../../../../../shaders/load/rgba16f.wgsl';
import loadSums16 from '../../../../../shaders/load/sums16.wgsl';
import loadSums32 from '../../../../../shaders/load/sums32.wgsl';
import rgbToYcbcr from '../../../../../shaders/matrix/rgb-to-ycbcr.wgsl';
import rgbToYcbcrFixed from '../../../../../shaders/matrix/rgb-to-ycbcr-fixed.wgsl';
import ycbcrToRgb from '../../../../../shaders/matrix/ycbcr-to-rgb.wgsl';
import ycbcrToRgbFine from '../../../../../shaders/matrix/ycbcr-to-rgb-fine.wgsl';
import ycbcrToRgbFixed from '../../../../../shaders/matrix/ycbcr-to-rgb-fixed.wgsl';
import blend from '../../../../../shaders/operations/blend.wgsl';
import colorMatrixPacked from '../../../../../shaders/operations/color-matrix-packed.wgsl';
import colorMatrixWide from '../../../../../shaders/operations/color-matrix-wide.wgsl';
import lut3d from '../../../../../shaders/operations/lut3d.wgsl';
import mix from '../../../../../shaders/operations/mix.wgsl';
import overlay from '../../../../../shaders/operations/overlay.wgsl';
import overlayPacked from '../../../../../shaders/operations/overlay-packed.wgsl';
import scale from '../../../../../shaders/operations/scale.wgsl';
import table from '../../../../../shaders/operations/table.wgsl';
import bayer from '../../../../../shaders/pixel/bayer.wgsl';
import division from '../../../../../shaders/pixel/division.wgsl';
import edge from '../../../../../shaders/pixel/edge.wgsl';
import packed from '../../../../../shaders/pixel/packed.wgsl';
import planes8 from '../../../../../shaders/pixel/planes-8.wgsl';
import planes16 from '../../../../../shaders/pixel/planes-16.wgsl';
import storeBgra from '../../../../../shaders/store/bgra.wgsl';
import storeNv12 from '../../../../../shaders/store/nv12.wgsl';
import storeP010 from '../../../../../shaders/store/p010.wgsl';
import storePacked422 from '../../../../../shaders/store/packed-422.wgsl';
import storePairs from '../../../../../shaders/store/pairs.wgsl';
import storePlanar from '../../../../../shaders/store/planar.wgsl';
import storePlanar10 from '../../../../../shaders/store/planar10.wgsl';
import storeQuads from '../../../../../shaders/store/quads.wgsl';
import storeRgba from '../../../../../shaders/store/rgba.wgsl';
import storeRgbaWide from '../../../../../shaders/store/rgba-wide.wgsl';
import storeRgba16f from '../../../../../shaders/store/rgba16f.wgsl';
import storeWholeWords from '../../../../../shaders/store/whole-words.wgsl';

/** The texts of `shaders/`, by what they are for. The build puts them into the package as strings. */
export const SHADERS = {
  pixel: { packed, division, edge, bayer, planes8, planes16 },
  exact: { form, wideForm, fixed },
  load: {
    RGBA: loadRgba,
    BGRA: loadBgra,
    RGBA16F: loadRgba16f,
    NV12: loadNv12,
    I420: loadPlanar,
    I422: loadPlanar,
    I444: loadPlanar,
    P010: loadP010,
    I420P10: loadPlanar10,
    YUY2: loadPacked422,
    UYVY: loadPacked422,
    RGBA16: loadRgba16,
    SUMS16: loadSums16,
    SUMS32: loadSums32,
    PLANE_SUMS: loadPlaneSums,
  },
  chroma: { rows420: chromaRows420, rows422: chromaRows422, across: chromaAcross, full: chromaFull },
  matrix: { rgbToYcbcr, rgbToYcbcrFixed, ycbcrToRgb, ycbcrToRgbFine, ycbcrToRgbFixed },
  operations: { scale, colorMatrixPacked, colorMatrixWide, table, lut3d, blend, overlay, overlayPacked, mix },
  store: {
    RGBA: storeRgba,
    BGRA: storeBgra,
    RGBA16F: storeRgba16f,
    NV12: storeNv12,
    I420: storePlanar,
    I422: storePlanar,
    I444: storePlanar,
    P010: storeP010,
    I420P10: storePlanar10,
    YUY2: storePacked422,
    UYVY: storePacked422,
    RGBA16: storePairs,
    SUMS16: storePairs,
    SUMS32: storeWholeWords,
    quads: storeQuads,
    wideBytes: storeRgbaWide,
  },
  entry: {
    toRgb: toRgbEntry,
    toWide: toWideEntry,
    toYcbcr: toYcbcrEntry,
    toYcbcrDirect: toYcbcrDirectEntry,
    toYcbcrFull: toYcbcrFullEntry,
    planes: planesEntry,
    planesFull: planesFullEntry,
    planesAcross: planesAcrossEntry,
    moveYcbcr: moveYcbcrEntry,
    copyPairs: copyPairsEntry,
    pack: packEntry,
  },
} as const;
