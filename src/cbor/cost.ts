// How much of a frame's limit of items each one takes.

/** What items cost beside the one of every item, by the memory and time that they take. */
export const COST = {
  /** An array, map, set or tag. */
  container: 8,
  /** A byte string: it becomes an array with memory of its own. */
  bytes: 32,
  text: 2,
  /** A name in an object: objects with very many names are slow. */
  name: 8,
  /** A member of a set or key of a map: hashes of numbers can be made to collide. */
  member: 256,
};
