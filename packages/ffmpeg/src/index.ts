export {
  type Capabilities,
  type CapabilitiesOptions,
  ffmpegCapabilities,
} from './capabilities/capabilities.js';
export {
  type EncoderRequirements,
  encoderRequirements,
  isHardwareEncoder,
  preferredEncoders,
  type VideoCodec,
} from './capabilities/encoder-requirements.js';
export type { CodecEntry, FilterEntry } from './capabilities/lists.js';
export { type EncoderProof, type ProveEncoderOptions, proveEncoder } from './capabilities/prove-encoder.js';
export { colorArguments, type FfmpegColorTags } from './color/color-names.js';
export { type ConversionOptions, conversionFilters, type PixelMeaning } from './color/conversion-filters.js';
export { describePixelFormatName, type PixelFormatName } from './color/pixel-format-name.js';
export {
  chain,
  type Filter,
  type FilterChain,
  type FilterGraph,
  type FilterValue,
  filter,
  graph,
} from './filter-graph/filter.js';
export { serializeFilterGraph } from './filter-graph/serialize.js';
export { openFrameReader } from './frame-reader/open-frame-reader.js';
export type {
  FrameReaderOptions,
  FrameReaderResult,
  FrameReaderSnapshot,
  RawFrameReader,
} from './frame-reader/raw-frame-reader.js';
export { openFrameWriter } from './frame-writer/open-frame-writer.js';
export type {
  FrameWriterOptions,
  FrameWriterSnapshot,
  RawFrameWriter,
} from './frame-writer/raw-frame-writer.js';
export { fileUrl, inputArguments } from './input/input-arguments.js';
export { type Binary, type BinarySource, type FfmpegBinaries, isAtLeast } from './locate/binary.js';
export { type LocateOptions, locateFfmpeg } from './locate/locate-ffmpeg.js';
export type {
  AudioStreamInfo,
  MediaInfo,
  RotationDegrees,
  StreamTiming,
  VideoStreamInfo,
} from './probe/media-info.js';
export { type ProbeOptions, probe } from './probe/probe.js';
export type { ChildStream, FfmpegResult } from './run/ffmpeg-process.js';
export type { FfmpegProgress } from './run/progress.js';
export { type FfmpegRun, type RunFfmpegOptions, runFfmpeg } from './run/run-ffmpeg.js';
