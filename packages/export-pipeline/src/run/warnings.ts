import type { ExportWarning } from '../report/export-warning.js';

/** The warnings of an export: each once, told at once. */
export class Warnings {
  readonly #listener: ((warning: ExportWarning) => void) | undefined;
  readonly #all: ExportWarning[] = [];

  /** @param listener - hears each warning; what it throws goes nowhere near the export */
  constructor(listener?: (warning: ExportWarning) => void) {
    this.#listener = listener;
  }

  get all(): readonly ExportWarning[] {
    return Object.freeze([...this.#all]);
  }

  add(code: ExportWarning['code'], message: string): void {
    if (this.#all.some((one) => one.code === code && one.message === message)) return;
    const warning = Object.freeze({ code, message });
    this.#all.push(warning);
    callBack(this.#listener, warning);
  }
}

/** Calls what a caller gave; an error of theirs is reported as uncaught, so that it is neither lost nor ours. */
export function callBack<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
