// What the stamps of published frames mean.

/** Frames that count are stamped with less than this. */
export const COUNTED = 250;

/** Frames that come first, and don't count. */
export const WARM_UP = 254;

/** Frames after which nothing of interest comes. */
export const LAST = 255;
