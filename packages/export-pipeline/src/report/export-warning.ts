/** Something that the export did otherwise than one might expect, and why. */
export interface ExportWarning {
  /** Stable name, such as `W_COLOR_GUESSED`. */
  readonly code: `W_${string}`;
  /** What happened and what it means, in one sentence. */
  readonly message: string;
}
