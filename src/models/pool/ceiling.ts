/** How many calls may be in flight over all models and endpoints of a run. */
export class Ceiling {
  readonly most: number;
  #inFlight = 0;
  readonly #onRoom: (() => void)[] = [];

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
    for (const told of this.#onRoom) told();
  }

  /** Is told whenever a call has ended. */
  onRoom(told: () => void): void {
    this.#onRoom.push(told);
  }
}
