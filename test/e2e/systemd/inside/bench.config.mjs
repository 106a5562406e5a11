// A box whose targets tell what a service can do and what it can't. The tests write it into a booted system.
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { defineBox, expose } from 'samebox/daemon';
import { SerialInstrument } from 'samebox/instruments'; // For a box with a line to an instrument.

class Probe {
  /** `opened`, or the error's code. */
  open(path) {
    try {
      closeSync(openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK));
      return 'opened';
    } catch (error) {
      return error.code;
    }
  }

  /** `written`, or the error's code. */
  write(folder) {
    try {
      writeFileSync(join(folder, 'written'), '');
      return 'written';
    } catch (error) {
      return error.code;
    }
  }

  /** `connected`, or the error's code. */
  reach(port, host) {
    return new Promise((resolve) => {
      const socket = connect(port, host, () => socket.destroy()).once('error', ({ code }) => resolve(code));
      socket.once('close', () => resolve('connected'));
    });
  }

  /** Fields of /proc/self/status. */
  status() {
    const lines = readFileSync('/proc/self/status', 'utf8').trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/:\s*/)));
  }
}

class Stage {
  #count = 0;
  /** Takes its time, and answers how often it was asked. */
  async settle(milliseconds) {
    this.#count++;
    await setTimeout(milliseconds);
    return this.#count;
  }
  /** Keeps the event loop for ever. */
  freeze() {
    for (;;);
  }
  get pid() {
    return process.pid;
  }
}

export default defineBox({
  name: 'lab',
  targets: { probe: new Probe(), stage: expose(() => new Stage(), { concurrency: 4 }) },
});
