// The demo box: three simulated instruments, served as real ones would be.
import { defineBox } from '../box/define-box';
import { expose } from '../box/expose';
import { SimulatedCamera } from '../instruments/simulated/camera';
import { SimulatedPowerMeter } from '../instruments/simulated/power-meter';
import { SimulatedStage } from '../instruments/simulated/stage';

/** Power meter, motion stage and camera. Its endpoint is called `demo`, so that a real box beside it keeps its own. */
export const demoBox = defineBox({
  name: 'demo',
  drainTimeout: 3000,
  targets: {
    pm: expose(() => SimulatedPowerMeter.open(), {
      idempotent: ['identity', 'range', 'readVoltage'],
      timeouts: { readVoltage: 120_000 },
    }),
    // A move takes seconds: `stop()` and `position` must work meanwhile.
    stage: expose(() => SimulatedStage.open(), {
      concurrency: 4,
      idempotent: ['position', 'moving', 'speed'],
      timeouts: { moveTo: 600_000 },
    }),
    cam: expose(() => SimulatedCamera.open(), {
      idempotent: ['identity', 'exposure', 'gain', 'snap'],
    }),
  },
});
