import { abortError, type FramerailError, onAbort } from '@framerail/lifecycle';

/** Ends waits from outside: when the device goes, everything under way fails at once. */
export interface Interrupts {
  /** Waits for a promise until the signal aborts or {@link Interrupts.fire} is called; its late outcome is dropped. */
  wait<T>(promise: PromiseLike<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Rejects all waits that are under way. */
  fire(error: FramerailError): void;
}

export function createInterrupts(): Interrupts {
  const rejections = new Set<(error: FramerailError) => void>();
  return {
    wait(promise, signal) {
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
        off = onAbort(signal, () => interrupt(abortError(signal as AbortSignal, 'The conversion')));
      });
    },
    fire(error) {
      for (const reject of [...rejections]) reject(error);
    },
  };
}
