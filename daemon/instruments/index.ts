// The public face of 'samebox/instruments'.
export { systemClock, type Clock } from './clock';
export {
  InstrumentAnswerError,
  InstrumentClosed,
  InstrumentDisconnected,
  InstrumentError,
  InstrumentOpenError,
  InstrumentOutOfStep,
  InstrumentTimeout,
  type OpenFailure,
} from './errors';
export type { SerialOptions } from './options';
export type { SyncQuery } from './owed-answers';
export type { PortMatch } from './port-finder';
export type { BackoffBounds } from '../../src/backoff';
export { ScpiError, type ScpiErrorEntry, type ScpiIdentity } from './scpi-answers';
export { ScpiInstrument } from './scpi-instrument';
export { SerialInstrument, type ConnectionInfo, type QueryOptions } from './serial-instrument';
export type { PortInfo, PortSettings, SerialBinding } from './serial-port';
export type { DeviceModel, Reply } from './simulated/device-model';
export { SimulatedCamera } from './simulated/camera';
export { SimulatedPowerMeter } from './simulated/power-meter';
export { SimulatedBinding } from './simulated/simulated-binding';
export type { SimulationOptions } from './simulated/simulation-options';
export { SimulatedStage, StageError } from './simulated/stage';
