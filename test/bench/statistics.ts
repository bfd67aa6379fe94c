/** Value below which that share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error("No samples");
  return value;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Half the distance between the quartiles, in per cent of the median: how noisy the samples are. */
export const spread = (samples: readonly number[]): number =>
  ((percentile(samples, 0.75) - percentile(samples, 0.25)) / 2 / median(samples)) * 100;
