// Stand-ins for a connection, where a frame is written without one: where its large attachments go.
import type { Head, Placer, SegmentRef, TransferRef } from '../../src/frames';

/** Everything that doesn't stand inline goes where `place` says; nothing lies in a segment. */
export function placing(place: (bytes: Uint8Array) => SegmentRef | TransferRef): Placer {
  return { refer: () => undefined, place, before: () => [] };
}

/** For frames without large attachments. */
export const NO_PLACER = placing(() => {
  throw new Error('too large for this');
});

/** Everything that is referred to lies where `refs` say, in their order. */
export function referring(refs: readonly (SegmentRef | undefined)[], before: readonly Head[] = []): Placer {
  const left = [...refs];
  return { ...NO_PLACER, refer: () => left.shift(), before: () => before };
}
