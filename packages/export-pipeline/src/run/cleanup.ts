/** Things to give back at the end, last one first. One that fails keeps none of the others from it. */
export class Cleanup implements AsyncDisposable {
  readonly #steps: (() => unknown)[] = [];

  /** Does this at the end, before everything that was deferred earlier. */
  defer(step: () => unknown): void {
    this.#steps.push(step);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch {
        // The export's own outcome is what counts; it is known by now.
      }
    }
  }
}
