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
  /** ffmpeg's name of the 8-bit 4:2:0 format that it takes; `undefined`: not known, ffmpeg picks one. */
  readonly pixelFormat: 'nv12' | 'yuv420p' | undefined;
  /** Output arguments: quality and speed. */
  readonly args: (settings: EncoderSettings) => readonly string[];
}
