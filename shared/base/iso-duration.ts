import { Temporal } from "temporal-polyfill";

/** An ISO 8601 duration without calendar units above a day, in milliseconds; nothing for anything else. */
export function msOfDuration(text: string): number | undefined {
  try {
    return Temporal.Duration.from(text).total("milliseconds");
  } catch {
    return undefined;
  }
}
