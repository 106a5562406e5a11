// The types of defineBox and expose: wrong configs are type errors. `npm run typecheck` holds them.
import { defineBox, type TargetsOf } from '../../../daemon/box/define-box';
import { expose, type MemberName, type StreamName } from '../../../daemon/box/expose';

class Camera {
  exposure = 1;
  async snap(): Promise<Uint16Array> {
    return new Uint16Array(1);
  }
  async *frames(): AsyncGenerator<Uint16Array> {
    yield new Uint16Array(1);
  }
  async opened(): Promise<AsyncIterable<number>> {
    return this.numbers;
  }
  private readonly numbers: AsyncIterable<number> = (async function* () {
    yield 1;
  })();
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T => true as T;

test('names in the options of expose are those of the object', () => {
  holds<Equal<MemberName<Camera>, 'exposure' | 'snap' | 'frames' | 'opened'>>();
  holds<Equal<StreamName<Camera>, 'frames' | 'opened'>>();
  holds<Equal<MemberName<object>, string>>();
  expose(() => new Camera(), { idempotent: ['snap'], exclusive: ['frames'], timeouts: { snap: 5 } });
  expose(async () => new Camera(), { hide: ['snap'] });
  expose(new Camera(), { only: ['exposure'] });
  // @ts-expect-error -- no such method
  expose(() => new Camera(), { idempotent: ['snapp'] });
  // @ts-expect-error -- no stream
  expose(() => new Camera(), { exclusive: ['snap'] });
  // @ts-expect-error -- no such method
  expose(new Camera(), { timeouts: { snapp: 5 } });
  expose(new Camera(), { allow: {}, allowMethods: { snap: { users: ['ada', 7] }, exposure: {} } });
  // @ts-expect-error -- no such method
  expose(new Camera(), { allowMethods: { snapp: {} } });
  expose({} as object, { idempotent: ['anything'] });
});

test('a box knows the types of its targets', () => {
  const box = defineBox({
    targets: {
      a: () => new Camera(),
      b: async () => new Camera(),
      c: expose(() => new Camera()),
      d: { x: 1 },
    },
  });
  holds<Equal<TargetsOf<typeof box>, { a: Camera; b: Camera; c: Camera; d: { x: number } }>>();
  expect(box.targets.size).toBe(4);
});

test('a class, a promise and a factory of nothing are type errors', () => {
  // @ts-expect-error -- a class
  expect(() => defineBox({ targets: { c: Camera } })).toThrow();
  // @ts-expect-error -- a promise
  expect(() => defineBox({ targets: { c: Promise.resolve(new Camera()) } })).toThrow();
  // @ts-expect-error -- returns nothing
  defineBox({ targets: { c: () => undefined } });
  // @ts-expect-error -- misspelt
  expect(() => defineBox({ targets: {}, drainTimout: 1 })).toThrow();
});
