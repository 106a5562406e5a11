// Detaching a buffer over memory that isn't JavaScript's own, without making another one of it.
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { detach } from './detach';

const { transfer } = ArrayBuffer.prototype as {
  transfer?: (this: ArrayBuffer, length?: number) => ArrayBuffer;
};

type Detach = (buffer: ArrayBuffer) => void;

let ofEngine: Detach | undefined;

/**
 * Detaches `buffer`, which must be over memory that this process has mapped, and which nobody else may detach meanwhile.
 *
 * V8 counts the memory of a buffer as garbage to come, and looks for some whenever 64 MiB of it come up. `detach` lets the
 * whole of a buffer come up again under the next one; this doesn't.
 */
export function drop(buffer: ArrayBuffer): void {
  if (transfer !== undefined) {
    transfer.call(buffer, 0);
    return;
  }
  ofEngine ??= withNatives(compile) ?? (() => undefined);
  ofEngine(buffer);
  if (buffer.byteLength > 0) void detach(buffer);
}

/** Node 20 has no such function but that of the engine itself, which its parser knows while a flag stands. */
function compile(): Detach {
  const native = new Script('(buffer) => %ArrayBufferDetach(buffer)').runInThisContext() as Detach;
  native(new ArrayBuffer(8));
  // The flag stands at every call: code that wasn't used for long is thrown away, and parsed again.
  return (buffer) => withNatives(() => native(buffer));
}

function withNatives<T>(body: () => T): T | undefined {
  setFlagsFromString('--allow-natives-syntax');
  try {
    return body();
  } catch {
    return undefined; // An engine without it: the buffer is still attached, and is detached otherwise.
  } finally {
    if (!asked) setFlagsFromString('--no-allow-natives-syntax');
  }
}

/** Whether the program was started with the flag: then it stays. */
const asked = /--allow[-_]natives[-_]syntax/.test([...process.execArgv, process.env.NODE_OPTIONS].join(' '));
