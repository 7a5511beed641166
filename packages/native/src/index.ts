export type {
  FramePipe,
  FramePipeOptions,
  FramePipeStats,
  FrameReader,
  FrameReaderOptions,
  FrameReaderStats,
  NativeAllocateOptions,
  NativeBinding,
  NativeColorMatrix,
  NativeOperation,
  NativeOverlay,
  NativeProcessOptions,
  NativeScale,
  NativeScores,
} from './binding.js';
export type { NativeColor, NativeFormat, NativeImage, NativeInstructionSet, NativePlane } from './image.js';
export { ABI_VERSION, loadNative, type NativeResult } from './loader.js';
export type { MapFdOptions, Memfd, MemfdMapOptions, MemfdOptions } from './memfd.js';
export type {
  NativeBlendMode,
  NativeCopiedAxis,
  NativeForm,
  NativeFrameOptions,
  NativeFrameShape,
  NativePicture,
  NativePixelsWork,
  NativePlaneMap,
  NativePlanesWork,
  NativeProgram,
  NativeProgramOptions,
  NativeStep,
  NativeTaps,
} from './program.js';
