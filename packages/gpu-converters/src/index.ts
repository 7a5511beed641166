export type {
  BackendName,
  BackendPlan,
  BackendProcessOptions,
  BackendStats,
  FrameBackend,
  Upsampling,
} from './backends/backend.js';
export {
  createNativeBackend,
  type NativeBackendOptions,
  type NativeConverter,
} from './backends/native/native-backend.js';
export {
  createReferenceBackend,
  type ReferenceBackendOptions,
} from './backends/reference/reference-backend.js';
export { createWebgpuBackend, type WebgpuBackendOptions } from './backends/webgpu/create-webgpu-backend.js';
export {
  type CopyOptions,
  type CopyPlane,
  type FrameSource,
  isVideoFrame,
  type PictureLike,
  type VideoFrameLike,
} from './browser/frame-source.js';
export { type ImportedFrame, type ImportFrameOptions, importFrame } from './browser/import-frame.js';
export type { InputFrame } from './browser/incoming-frame.js';
export { type ImportedFormat, type ImportPath, importedFormat } from './browser/source-format.js';
export {
  type HostVideoFrame,
  toVideoFrame,
  type VideoFrameInit,
  videoFrameInit,
} from './browser/video-frame.js';
export type { BackendChange, BackendChoice, BackendMeasurement } from './choice/backend-choice.js';
export type { MeasurementStore, StoredMeasurement } from './choice/measurement-store.js';
export {
  createFileMeasurements,
  type FileMeasurementsOptions,
} from './choice/measurement-stores/file-store.js';
export { createMemoryMeasurements } from './choice/measurement-stores/memory-store.js';
export { clearBackendMeasurements, type MeasurementsRequest } from './choice/measurements.js';
export type { BackendRequest, GpuFormatConversion } from './choice/wish.js';
export type { ColorOptions, ToneMappingOptions } from './color/color-steps.js';
export type { MapBuffer } from './gpu/buffer-mapping.js';
export type { ShaderSource } from './gpu/compile-shader.js';
export { createGpuContext, type GpuContextOptions } from './gpu/context/create-gpu-context.js';
export type { OpenDevice } from './gpu/context/device-source.js';
export type {
  GpuContext,
  GpuContextEvents,
  GpuContextStats,
  PipelineCacheStats,
} from './gpu/context/gpu-context.js';
export type { GpuHolder } from './gpu/gpu-host.js';
export {
  type GpuAdapterInfo,
  type GpuDeviceHandle,
  type OpenGpuDeviceOptions,
  openGpuDevice,
} from './gpu/open-device.js';
export { createReadbackRing, type ReadbackRingOptions } from './gpu/readback/create-readback-ring.js';
export type {
  AcquireSlotOptions,
  ReadbackRing,
  ReadbackRingStats,
  ReadbackSlot,
  SlotCopy,
} from './gpu/readback/readback-ring.js';
export type { BatchBounds } from './gpu/scheduler/batch-size.js';
export { createGpuScheduler, type GpuSchedulerOptions } from './gpu/scheduler/create-gpu-scheduler.js';
export type {
  Admission,
  AdmissionRule,
  GpuQueueName,
  GpuQueueStats,
  GpuScheduler,
  GpuSchedulerStats,
  GpuSubmission,
  GpuTask,
  GpuTaskReport,
  SchedulerState,
  TaskAnalysis,
  TaskRequest,
  WaitTimes,
} from './gpu/scheduler/gpu-scheduler.js';
export type { CubeLut } from './operations/cube-lut.js';
export type {
  ColorOperation,
  CropOperation,
  DissolveOperation,
  FadeOperation,
  FillColor,
  FlipOperation,
  LetterboxOperation,
  LutOperation,
  MatrixOperation,
  Operation,
  OtherFrame,
  OverlayOperation,
  PadOperation,
  Picture,
  RotateOperation,
  ScaleFilter,
  ScaleOperation,
  SolidOperation,
  WipeOperation,
} from './operations/operation.js';
export { parseCube, serializeCube } from './operations/parse-cube.js';
export {
  BLEND_MODES,
  type BlendMode,
  type PreparedColorMatrix,
  type PreparedCurves,
  type PreparedLut3d,
  type PreparedMix,
  type PreparedOperation,
  type PreparedOverlay,
  type PreparedPicture,
  type PreparedPlace,
  type PreparedResample,
  type PreparedScale,
  type Taps,
  type WorkDepth,
} from './operations/prepared-operation.js';
export { sizeAfter } from './operations/size-after.js';
export {
  type Capabilities,
  type CapabilitiesOptions,
  type ConversionCapability,
  capabilities,
  type OperationCapability,
} from './plan/capabilities.js';
export type { ConversionPlan, PlannedPass } from './plan/conversion-plan.js';
export { type ConversionOptions, planConversion } from './plan/plan-conversion.js';
export type { CopiedAxis, FixedForm, PixelsWork, PlaneMap, PlanesWork, Work } from './plan/work.js';
export { type ConvertFrameOptions, convertFrame } from './processor/convert-frame.js';
export {
  createFrameProcessor,
  type FrameProcessorOptions,
  type ProcessingOptions,
} from './processor/create-frame-processor.js';
export type { FrameProcessor, ProcessorStats } from './processor/processor.js';
export {
  createVideoProcessor,
  type VideoProcessorOptions,
} from './video-processor/create-video-processor.js';
export type { ExplainedStep, Explanation } from './video-processor/explanation.js';
export type {
  VideoProcessingOptions,
  VideoProcessor,
  VideoProcessorStats,
  VideoTarget,
} from './video-processor/video-processor.js';
