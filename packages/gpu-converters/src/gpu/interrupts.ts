import { abortError, type FramerailError, onAbort } from '@framerail/lifecycle';

/** How a wait ends early. */
interface WaitOptions {
  readonly signal: AbortSignal | undefined;
  /** What is waited for, for the message of an abort. */
  readonly what: string;
}

/** Ends waits from outside: when the device goes, everything under way fails at once. */
export interface Interrupts {
  /** Waits for a promise until the signal aborts or {@link Interrupts.fire} is called; its late outcome is dropped. */
  wait<T>(promise: PromiseLike<T>, options: WaitOptions): Promise<T>;
  /** Rejects all waits that are under way. */
  fire(error: FramerailError): void;
}

/** Makes a set of waits that can be ended together. */
export function createInterrupts(): Interrupts {
  const rejections = new Set<(error: FramerailError) => void>();
  return {
    wait(promise, { signal, what }) {
      return new Promise((resolve, reject) => {
        let off = (): void => {};
        const done = (): void => {
          off();
          rejections.delete(interrupt);
        };
        const interrupt = (error: FramerailError): void => {
          done();
          reject(error);
        };
        rejections.add(interrupt);
        promise.then(
          (value) => {
            done();
            resolve(value);
          },
          (error: unknown) => {
            done();
            reject(error);
          },
        );
        off = onAbort(signal, () => interrupt(abortError(signal as AbortSignal, what)));
      });
    },
    fire(error) {
      for (const reject of [...rejections]) reject(error);
    },
  };
}
