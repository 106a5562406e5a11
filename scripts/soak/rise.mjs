// How much something grew: by the straight line through all that was seen (least squares), so that one look says little.

/** The rise of the line from the first to the last of `[x, y]`, in units of y. */
export function rise(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [middle, level] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = points.reduce((sum, [x]) => sum + (x - middle) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - middle) * (y - level), 0) / (spread || 1);
  return slope * (points.at(-1)[0] - points[0][0]);
}
