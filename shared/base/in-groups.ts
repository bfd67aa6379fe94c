/**
 * Works through groups with so many items at once, however they are grouped. All of a group begin at the same moment, when there is
 * room for them; each makes room again when it has ended, so one that takes long keeps nothing but its own place.
 *
 * @param most no smaller than the largest group
 * @param work does not fail
 */
export async function inGroups<T>(
  most: number,
  groups: readonly (readonly T[])[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  let free = most;
  let madeRoom = (): void => undefined;
  const begun: Promise<void>[] = [];
  for (const group of groups) {
    while (free < group.length)
      await new Promise<void>((resolve) => {
        madeRoom = resolve;
      });
    free -= group.length;
    for (const item of group)
      begun.push(
        work(item).finally(() => {
          free += 1;
          madeRoom();
        }),
      );
  }
  await Promise.all(begun);
}
