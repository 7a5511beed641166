/** A line of the table: what became of a store after something happened to it so many times. */
export interface CrashRow {
  readonly trials: number;
  /** Stores that opened afterwards. */
  opened: number;
  /** Entries that were asked for. */
  asked: number;
  /** Answers with a wrong byte, or with a value that was replaced or deleted. */
  wrong: number;
  /** Acknowledged entries that were gone, where none may be. */
  lost: number;
  /** Damage that was found and counted. */
  corruptions: number;
}
