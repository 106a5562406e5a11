// How soon the other side is to answer, against what that costs.

/** `'low'`: both event loops are kept hot around activity; `'lane'`: and frames go through shared memory. */
export type Latency = 'lane' | 'low' | 'normal';

export const LATENCIES: readonly Latency[] = ['normal', 'low', 'lane'];

/** The name of the feature in hello and welcome by which both sides change over to a lane. */
export const LANE = 'lane';
