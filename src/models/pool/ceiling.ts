/** How many calls may be in flight over all models and endpoints of a run. */
export class Ceiling {
  readonly most: number;
  #inFlight = 0;
  readonly #listeners: (() => void)[] = [];

  constructor(most: number) {
    this.most = most;
  }

  get hasRoom(): boolean {
    return this.#inFlight < this.most;
  }

  take(): void {
    this.#inFlight++;
  }

  release(): void {
    this.#inFlight--;
    for (const listener of this.#listeners) listener();
  }

  /** @param listener Called each time a call has ended. */
  onRoom(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
