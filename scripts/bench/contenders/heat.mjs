// Keeping an event loop hot: it turns for as long as it is told to, and never waits in the kernel.

export class Heat {
  #hot = false;

  /** What a process can be told. */
  commands = {
    heat: () => {
      this.#hot = true;
      this.#spin();
    },
    cool: () => {
      this.#hot = false;
    },
  };

  /** @param {() => void} look what is done in every turn. */
  constructor(look = () => undefined) {
    this.look = look;
  }

  #spin() {
    setImmediate(() => {
      this.look();
      if (this.#hot) this.#spin();
    });
  }
}
