/** What the arguments of an encoder depend on. */
export interface EncoderSettings {
  /** On x264's scale, 0 to 51. */
  readonly crf: number;
  /** On x264's scale of names; encoders that aren't in the table get it as it is. */
  readonly preset: string;
  /** The video's size in pixels and its frames a second, for encoders that only know bit rates. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** How one of ffmpeg's encoders is driven. One profile a file entry; adding an encoder means adding one. */
export interface EncoderProfile {
  /** ffmpeg's name of the encoder. */
  readonly name: string;
  /** Whether it is a device that may be missing, busy, or break. */
  readonly isHardware: boolean;
  /** ffmpeg's name of the pixel format that it takes without a conversion. */
  readonly pixelFormat: 'nv12' | 'yuv420p' | 'vaapi';
  /** Output arguments: quality and speed. */
  readonly args: (settings: EncoderSettings) => readonly string[];
}
