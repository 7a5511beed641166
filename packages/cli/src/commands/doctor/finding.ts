/** What the doctor says about one thing. */
export interface Finding {
  /** Stable name for programs, such as `ffmpeg`. */
  readonly id: string;
  /** `ok`; `missing`: something works slower or not at all; `note`: worth knowing. */
  readonly state: 'ok' | 'missing' | 'note';
  /** What was found, or why it wasn't. */
  readonly summary: string;
  /** What its lack costs; only with `missing`. */
  readonly cost?: string;
  /** The command that brings it, or what to do; only with `missing`. */
  readonly fix?: string;
  /** Figures for programs. */
  readonly details: Readonly<Record<string, unknown>>;
}
