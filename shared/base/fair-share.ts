/**
 * Who may still take from a budget that all share. A part is kept for those who have used least: whoever has used the most may
 * take until only that part is left, whoever has used nothing may take everything, and in between it is in proportion. So one
 * who asks without end, or several of them, leave the part to the others, and two who ask as much as each other get as much.
 *
 * @param kept the part that is kept, between 0 and 1
 * @param most the most that anybody has used; `used` is never more
 * @returns how much of the budget may be used up, by all together, for this one to be let in
 */
export const ceilingFor = (budget: number, kept: number, used: number, most: number): number =>
  budget * (1 - (most > 0 ? kept * Math.min(1, used / most) : 0));
