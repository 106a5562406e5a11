// The target that access rules are tried on.

export class Stage {
  #range = 1;
  /** What was done to it, so that a test can see that nothing was. */
  readonly #done: string[] = [];
  get position(): number {
    return 5;
  }
  get range(): number {
    return this.#range;
  }
  set range(value: number) {
    this.#done.push(`range ${String(value)}`);
    this.#range = value;
  }
  get speed(): number {
    return 1;
  }
  set speed(value: number) {
    this.#done.push(`speed ${String(value)}`);
  }
  moveTo(position: number): number {
    this.#done.push(`moveTo ${String(position)}`);
    return position;
  }
  done(): string[] {
    return this.#done;
  }
}
