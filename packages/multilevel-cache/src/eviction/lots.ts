/** Draws lots. The same draws have the same outcome in every run. */
export class Lots {
  #state = 0;

  /**
   * Draws one.
   *
   * @param among - one in so many wins; an integer from 1 to 65,536
   * @returns whether this one did
   */
  draw(among: number): boolean {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) | 0;
    return (this.#state >>> 16) % among === 0;
  }
}
