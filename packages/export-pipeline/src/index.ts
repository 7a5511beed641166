export type { AudioPlan } from './audio/plan-audio.js';
export { type FrameBudget, frameBudget } from './budget/frame-budget.js';
export { type BudgetShares, type ShareQuestion, shareBudget } from './budget/share-budget.js';
export type { Channel, ChannelOptions, ChannelStats, ChannelWaitOptions } from './channel/channel.js';
export { createChannel } from './channel/create-channel.js';
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
export { type AtomicOutput, openAtomicOutput } from './output/atomic-output.js';
export type { Container } from './plan/container.js';
export type { Size } from './plan/even-size.js';
export type { ExportMode, ExportPlan, PlannedSource, PlannedTarget } from './plan/export-plan.js';
export type { CropStep, PadStep } from './plan/frame-geometry.js';
export { planExport } from './plan/plan-export.js';
export type { ExportProgress, StageName, StageState } from './report/export-progress.js';
export type { ExportReport, StageReport } from './report/export-report.js';
export type { ExportWarning } from './report/export-warning.js';
