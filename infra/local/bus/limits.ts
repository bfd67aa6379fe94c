import { mapEntries, type Section, writtenLength } from "./amqp.ts";
import { BusError } from "./bus-error.ts";

/** What a message may measure in any tier ("Azure Service Bus quotas and limits"). */
const LONGEST_ID = 128;
const PROPERTY_BYTES = 32 * 1024;
/** All that stands before the body: application properties, properties and annotations together. */
const HEADER_BYTES = 64 * 1024;

const [HEADER, APPLICATION_PROPERTIES] = [0x70, 0x74];

const IDS = [
  ["messageId", "MessageId"],
  ["sessionId", "SessionId"],
  ["partitionKey", "PartitionKey"],
] as const;

type Ids = { readonly [name in (typeof IDS)[number][0]]: string | undefined };

/** @throws BusError `argument-error` for an id or key that is too long */
export function demandIds(ids: Ids): void {
  for (const [name, shown] of IDS) {
    const length = ids[name]?.length ?? 0;
    if (length <= LONGEST_ID) continue;
    throw new BusError(
      "com.microsoft:argument-error",
      `The ${shown} has ${length} characters; the maximum is ${LONGEST_ID}.`,
    );
  }
}

/**
 * Azure's service does not name this trouble: its serializer fails, and the sender hears `amqp:internal-error`, which every
 * SDK repeats (azure-sdk-for-net 15325). The reason stands in the description here.
 *
 * @throws BusError `amqp:internal-error` for properties that are too large
 */
export function demandProperties(sections: readonly Section[]): void {
  for (const [name, value] of mapEntries(find(sections, APPLICATION_PROPERTIES))) {
    if (writtenLength(value) > PROPERTY_BYTES) throw tooLarge(`the property '${name}'`, 32);
  }
  const header = sections.filter(({ code }) => code >= HEADER && code <= APPLICATION_PROPERTIES);
  const size = header.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size > HEADER_BYTES) throw tooLarge("all properties together", 64);
}

/** Smaller messages need not be looked into. */
export const SURELY_SMALL = PROPERTY_BYTES;

function find(sections: readonly Section[], code: number): Section | undefined {
  return sections.find((section) => section.code === code);
}

function tooLarge(what: string, kilobytes: number): BusError {
  return new BusError(
    "amqp:internal-error",
    `The service was unable to process the request; please retry the operation. (More than ${kilobytes} KB in ${what}.)`,
  );
}
