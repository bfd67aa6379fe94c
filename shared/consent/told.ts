/** Which stages of a consent have reached which targets, by the stage's key (`reminded:50%`). Bounded: stages × targets. */
export type Told = Readonly<Record<string, readonly string[]>>;

export const wasTold = (told: Told, key: string, target: string): boolean =>
  told[key]?.includes(target) ?? false;

export const withTold = (told: Told, key: string, target: string): Told =>
  wasTold(told, key, target) ? told : { ...told, [key]: [...(told[key] ?? []), target] };

/** The keys of what every one of the targets has had. */
export const toldToAll = (told: Told, targets: readonly string[]): ReadonlySet<string> =>
  new Set(Object.keys(told).filter((key) => targets.every((target) => wasTold(told, key, target))));
