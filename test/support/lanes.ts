// Tests of lanes run where there can be one: memory that the other side can't cut, and two cores.
import { canKeepHot } from '../../src/latency/hot-loop';
import { segmentMaker } from '../../src/segments/segment-ways';

const maker = segmentMaker();
const possible = 'way' in maker && maker.way !== 'file' && canKeepHot();

/** `describe` where there are lanes. */
export const lanes = possible ? describe : describe.skip;
