// What goes over the bare sockets.

/** A call, and its answer. */
export const CALL_BYTES = 48;

/** An item of a stream. */
export const ITEM_BYTES = 48;
