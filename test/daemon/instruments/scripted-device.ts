// A device whose answers the command itself orders: `SAY text delay`, the delay in ms or `never`.
import type { Clock } from '../../../daemon/instruments/clock';
import { SerialInstrument } from '../../../daemon/instruments/serial-instrument';
import type { SerialOptions } from '../../../daemon/instruments/options';
import type { DeviceModel, Reply } from '../../../daemon/instruments/simulated/device-model';
import { SimulatedBinding, simulatedPath } from '../../../daemon/instruments/simulated/simulated-binding';

export class ScriptedDevice implements DeviceModel {
  readonly terminator = '\n';
  /** Everything that came, in order. */
  readonly received: string[] = [];
  /** Answers in order, as instruments do. */
  #ready = 0;
  /** A dead device takes commands and says nothing. */
  dead = false;

  receive(command: string, now: number): Reply | undefined {
    this.received.push(command);
    const [verb, text = '', delay = '0'] = command.split(' ');
    if (this.dead || delay === 'never') return undefined;
    if (verb === 'ID?') return this.#answer('SCRIPTED', now);
    return verb === 'SAY' ? this.#answer(text, now + Number(delay)) : undefined;
  }

  #answer(line: string, at: number): Reply {
    this.#ready = Math.max(this.#ready, at);
    return { line, at: this.#ready };
  }
}

/** A fresh device on a fresh port, and the options to open it. */
export function scripted(clock: Clock): {
  device: ScriptedDevice;
  binding: SimulatedBinding;
  options: SerialOptions;
} {
  const device = new ScriptedDevice();
  const path = simulatedPath('scripted');
  const binding = new SimulatedBinding(path, device, clock);
  return { device, binding, options: { path, binding, clock } };
}

export class Talker extends SerialInstrument {
  /** Whatever the sequence is of. */
  async sequence<T>(body: () => Promise<T>): Promise<T> {
    return this._exclusive(body);
  }

  set note(text: string) {
    this._send(`NOTE ${text}`);
  }
}
