import * as z from "zod";

/** A message as it is delivered, whatever is in it. */
export interface Delivery {
  /** As it stands in the queue; made from the sequence number where the sender gave none. */
  readonly messageId: string;
  /** 1 with the first. */
  readonly deliveryCount: number;
  /** When it came to the queue: the same with every delivery. */
  readonly enqueuedAt: Date | undefined;
  /** Application properties, which may carry the sender's trace. */
  readonly carrier: unknown;
}

/** The Functions library reads metadata as JSON: the id `12345` comes as a number, `true` as a boolean, none as nothing. */
const Scalar = z.union([z.string(), z.number(), z.boolean()]);

const Metadata = z.object({
  messageId: Scalar.optional().catch(undefined),
  sequenceNumber: Scalar.optional().catch(undefined),
  deliveryCount: z.coerce.number().catch(1),
  enqueuedTimeUtc: z.coerce.date().optional().catch(undefined),
  applicationProperties: z.unknown().optional(),
});

/** Throws nothing: what cannot be read of the metadata must not keep anybody from hearing of the message. */
export function readDelivery(triggerMetadata: unknown): Delivery {
  const read = Metadata.safeParse(triggerMetadata ?? {});
  const metadata = read.success ? read.data : Metadata.parse({});
  const { messageId, sequenceNumber, deliveryCount, enqueuedTimeUtc } = metadata;
  const isNamed = messageId !== undefined && messageId !== "";
  return {
    messageId: isNamed ? String(messageId) : `without-id-${sequenceNumber ?? "unknown"}`,
    deliveryCount,
    enqueuedAt: enqueuedTimeUtc,
    carrier: metadata.applicationProperties,
  };
}
