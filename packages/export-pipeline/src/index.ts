export type { AudioPlan } from './audio/plan-audio.js';
export { type FrameBudget, frameBudget } from './budget/frame-budget.js';
export { machineMemoryBytes } from './budget/machine-memory.js';
export { type BudgetShares, type ShareQuestion, shareBudget } from './budget/share-budget.js';
export type { Channel, ChannelOptions, ChannelStats, ChannelWaitOptions } from './channel/channel.js';
export { createChannel } from './channel/create-channel.js';
export { exportFrames } from './export-frames.js';
export type {
  AudioChoice,
  ExportFramesOptions,
  ExportOperation,
  ExportOptions,
  ExportOverlay,
  Fit,
  FrameSource,
  OddSize,
  OutputMatrix,
  PictureFile,
  PictureInMemory,
  RenderOptions,
} from './export-options.js';
export { exportVideo } from './export-video.js';
export { type AtomicOutput, openAtomicOutput } from './output/atomic-output.js';
export type { Container } from './plan/container.js';
export type { Size } from './plan/even-size.js';
export type { ExportMode, ExportPlan, PlannedSource, PlannedTarget } from './plan/export-plan.js';
export type { CropStep, PadStep } from './plan/frame-geometry.js';
export { planExport } from './plan/plan-export.js';
export { chooseGpu, type GpuChoice } from './render/gpu-choice.js';
export { type GpuSetting, gpuSetting } from './render/gpu-setting.js';
export type { ExportProgress, StageName, StageState } from './report/export-progress.js';
export type { ExportReport, StageReport } from './report/export-report.js';
export type { ExportWarning } from './report/export-warning.js';
export { processPeakRssBytes } from './report/process-peak-memory.js';
export {
  createProgressBar,
  type ProgressBar,
  type ProgressBarOptions,
  type ProgressStream,
} from './report/progress-bar.js';
export { progressText, stagesText } from './report/progress-text.js';
export { reportText } from './report/report-text.js';
export { type EncodeStageOptions, type FrameSink, runEncode } from './stages/encode-stage.js';
export { type Renderer, type RenderStageOptions, runRender } from './stages/render-stage.js';
export { runSource, type SourceStageOptions } from './stages/source-stage.js';
export { linkStages, type StageLink, type StageLinkOptions } from './stages/stage-link.js';
export { StageMeter, type WaitKind } from './stages/stage-meter.js';
export { type StageTask, type SuperviseOptions, supervise } from './stages/supervise.js';
export { defaultThresholds } from './verify/thresholds.js';
export type {
  ReferenceScores,
  Verification,
  VerificationCheck,
  VerificationThresholds,
} from './verify/verification.js';
export { verificationText } from './verify/verification-text.js';
export { type VerifyOptions, verifyExport } from './verify/verify-export.js';
