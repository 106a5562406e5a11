// A serial port with a device model behind it: serialport's mock binding, with someone at the other end.
import { systemClock, type Clock } from '../clock';
import { mockBinding, type PortInfo, type SerialBinding } from '../serial-port';
import type { DeviceModel } from './device-model';

type MockPortBinding = Awaited<ReturnType<ReturnType<typeof mockBinding>['open']>>;

let ports = 0;

/** A path for a simulated port, which no other in this process has: `simulated-stage-1`. */
export function simulatedPath(kind: string): string {
  ports += 1;
  return `simulated-${kind}-${ports}`;
}

/** Reaches one device model by serialport's mock binding. It can be unplugged and plugged in again. */
export class SimulatedBinding implements SerialBinding {
  readonly #path: string;
  readonly #model: DeviceModel;
  readonly #clock: Clock;
  #made = false;
  #refusal: string | undefined;
  #unplug: (reason: Error) => void = () => undefined;

  constructor(path: string, model: DeviceModel, clock: Clock = systemClock) {
    this.#path = path;
    this.#model = model;
    this.#clock = clock;
  }

  /** Takes the device away: what is open breaks, and opening fails with `reason` until `plug()`. */
  unplug(reason = `No such file or directory, cannot open ${this.#path}`): void {
    this.#refusal = reason;
    this.#unplug(new Error('the device was unplugged'));
  }

  /** The device is back. */
  plug(): void {
    this.#refusal = undefined;
  }

  async list(): Promise<PortInfo[]> {
    this.#make();
    const all = await mockBinding().list();
    return all.filter((port) => port.path === this.#path && this.#refusal === undefined);
  }

  async open(options: { path: string; baudRate: number }): Promise<object> {
    this.#make();
    if (this.#refusal !== undefined) throw new Error(this.#refusal);
    const port = await mockBinding().open(options);
    this.#attach(port);
    return port;
  }

  #make(): void {
    if (this.#made) return;
    this.#made = true;
    mockBinding().createPort(this.#path, { maxReadSize: 65536 });
  }

  /** Puts the model behind an open port, and a way to break it: the mock binding can't be unplugged by itself. */
  #attach(port: MockPortBinding): void {
    const broken = new Promise<never>((_, reject) => (this.#unplug = reject));
    broken.catch(() => undefined);
    const read = port.read.bind(port);
    port.read = (...args) => Promise.race([read(...args), broken]);
    const write = port.write.bind(port);
    let unfinished = '';
    port.write = async (bytes) => {
      await write(bytes);
      const commands = (unfinished + bytes.toString('utf8')).split(this.#model.terminator);
      unfinished = commands.pop() ?? '';
      for (const command of commands) this.#deliver(command, port);
    };
  }

  #deliver(command: string, port: MockPortBinding): void {
    const reply = this.#model.receive(command, this.#clock.now());
    if (reply === undefined) return;
    const emit = (): void => {
      if (port.isOpen) port.emitData(reply.line + this.#model.terminator);
    };
    const delay = reply.at - this.#clock.now();
    if (delay > 0) this.#clock.after(delay, emit);
    else emit();
  }
}
