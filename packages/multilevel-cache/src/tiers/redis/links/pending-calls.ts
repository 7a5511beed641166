/** Commands that wait for an answer: they end when the connection does, whatever the library makes of them. */
export class PendingCalls {
  readonly #waiting = new Set<(error: Error) => void>();

  /** Waits for an answer, or for the connection's end. */
  run<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): void => void this.#waiting.delete(reject);
      this.#waiting.add(reject);
      answer.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
    });
  }

  /** The connection is gone. */
  endAll(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const reject of waiting) reject(connectionLost());
  }
}

/** A command that can't be answered, since there is no connection. */
export const connectionLost = (): Error =>
  Object.assign(new Error('There is no connection to Redis at present'), { code: 'ECONNRESET' });
