import * as z from "zod";

const Binding = z.looseObject({
  type: z.string(),
  direction: z.string().optional(),
  route: z.string().optional(),
  methods: z.array(z.string()).optional(),
  queueName: z.string().optional(),
  topicName: z.string().optional(),
  subscriptionName: z.string().optional(),
  schedule: z.string().optional(),
  connection: z.string().optional(),
});
const Functions = z.array(
  z.object({ name: z.string(), config: z.object({ bindings: z.array(Binding) }) }),
);

/** What a host has registered, as its admin endpoint tells: one entry a function, with its trigger. */
export async function registrationsOf(cloud: { readonly addresses: { readonly portal: string } }) {
  const response = await fetch(`${cloud.addresses.portal}/admin/functions`);
  return Functions.parse(await response.json()).flatMap(({ name, config }) =>
    config.bindings
      .filter(({ type }) => type.endsWith("Trigger"))
      .map((trigger) => ({ ...trigger, name, methods: trigger.methods ?? [] })),
  );
}
