// Types of n-dimensional arrays, held by `npm run typecheck`: nothing in here runs.
import { Complex, keep, NdArray, release, type DType, type Remote, type TypedArray } from '../../client';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function holds<_T extends true>(): void;

/** An element type follows from the data, unless another is said; an element from both. */
function elements(): void {
  const frame = new NdArray(new Uint16Array(6), [2, 3]);
  holds<Equal<typeof frame.dtype, 'uint16'>>();
  holds<Equal<ReturnType<typeof frame.at>, number>>();
  holds<Equal<ReturnType<typeof frame.row>, typeof frame>>();
  frame.at(0, 0) satisfies number;
  const counts = new NdArray(new BigInt64Array(6));
  holds<Equal<ReturnType<typeof counts.at>, bigint>>();
  counts.at(0) satisfies bigint;
  const phasors = new NdArray(new Float32Array(6), [3], 'complex64');
  holds<Equal<typeof phasors.dtype, 'complex64'>>();
  holds<Equal<ReturnType<typeof phasors.at>, Complex>>();
  phasors.set(new Complex(1, 2), 0);
  // @ts-expect-error -- a number is no Complex
  phasors.set(1, 0);
  const halves = new NdArray(new Uint16Array(6), [6], 'float16');
  holds<Equal<ReturnType<typeof halves.at>, number>>();
  halves.set(0.5, 0);
  // @ts-expect-error -- no such dtype
  new NdArray(new Uint16Array(6), [6], 'float8');
}

/** Without type arguments an `NdArray` is any. */
function any(): void {
  const some = (array: NdArray): number | bigint | Complex => array.at(0);
  some(new NdArray(new Uint16Array(6)));
  some(new NdArray(new BigInt64Array(6)));
  some(new NdArray(new Float64Array(6), [3], 'complex128'));
  holds<Equal<NdArray['dtype'], DType>>();
  holds<Equal<NdArray['data'], TypedArray>>();
  const frame: NdArray<Uint16Array> = new NdArray(new Uint16Array(6));
  some(frame);
}

/** `keep` gives back what it is given; `using` releases. */
function ownership(): void {
  const frame = new NdArray(new Uint16Array(6));
  holds<Equal<ReturnType<typeof keep<typeof frame>>, typeof frame>>();
  keep(new Float64Array(3)).fill(0);
  release(frame);
  release(new Float64Array(3));
  using phasors = new NdArray(new Float64Array(6), [3], 'complex128');
  phasors satisfies Disposable;
  // @ts-expect-error -- no array
  keep([1, 2]);
  // @ts-expect-error -- the buffer of one
  release(new ArrayBuffer(3));
}

declare class Camera {
  snap(): NdArray<Uint16Array>;
  spectrum(frame: NdArray): Promise<NdArray<Float32Array, 'complex64'>>;
}

/** Arrays of every element type cross. */
async function remote(cam: Remote<Camera>): Promise<void> {
  const frame = await cam.snap();
  holds<Equal<typeof frame, NdArray<Uint16Array, 'uint16'>>>();
  const spectrum = await cam.spectrum(frame);
  holds<Equal<ReturnType<typeof spectrum.at>, Complex>>();
  void (await cam.spectrum(spectrum));
}

export { any, elements, ownership, remote };
