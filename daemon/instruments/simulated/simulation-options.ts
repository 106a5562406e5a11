// What can be said of a simulated instrument, and how its line is set up.
import { systemClock, type Clock } from '../clock';
import type { SerialOptions } from '../options';
import type { DeviceModel } from './device-model';
import { SimulatedBinding, simulatedPath } from './simulated-binding';

/** Options of the simulated instruments; none is needed. */
export interface SimulationOptions extends Pick<SerialOptions, 'timeout' | 'lateWindow' | 'reopen' | 'sync'> {
  /** Repeats the noise: the same seed and the same calls at the same times give the same values. Default 1. */
  readonly seed?: number;
  /** Time, for the device and the line. Default the system's. */
  readonly clock?: Clock;
}

/** The seed, checked. */
export function seedOf({ seed = 1 }: SimulationOptions): number {
  if (Number.isSafeInteger(seed)) return seed;
  throw new TypeError('seed must be a whole number');
}

/** The options of the line to `model`. */
export function simulatedLine(kind: string, model: DeviceModel, options: SimulationOptions): SerialOptions {
  const { seed: _, clock = systemClock, ...rest } = options;
  const path = simulatedPath(kind);
  return {
    binding: new SimulatedBinding(path, model, clock),
    ...rest,
    path,
    clock,
    terminator: model.terminator,
  };
}
