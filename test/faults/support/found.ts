import { TableClient } from "@azure/data-tables";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Alert, LETTER } from "../../../infra/local/inbox/alert.ts";
import type { ReceivedHook } from "../../../infra/local/inbox/hooks.ts";
import type { Row } from "../../../shared/adapters/records/table.ts";
import { inLanes } from "../../../shared/base/in-lanes.ts";
import { readEvents, type SeenEvent } from "../../support/event-reader.ts";
import { eventually } from "../../support/eventually.ts";

const Application = z.object({
  id: z.string(),
  appId: z.string(),
  displayName: z.string(),
  isDisabled: z.boolean().nullish(),
  passwordCredentials: z.array(z.object({ keyId: z.string() })),
  keyCredentials: z.array(z.object({ keyId: z.string() })).optional(),
});
const Principal = z.object({ id: z.string(), appId: z.string() });
const WithId = z.object({ id: z.string() });
const Assignment = z.object({ principalId: z.string(), appRoleId: z.string() });

const Mail = z.looseObject({
  content: z.looseObject({ plainText: z.string() }),
  recipients: z.looseObject({ to: z.tuple([z.looseObject({ address: z.string() })]) }),
});

/** The mail service keeps one of those that come under one operation id. */
export interface Letter {
  readonly to: string;
  readonly text: string;
}

const letterIn = ({ stage, payload }: Alert): Letter[] => {
  if (stage !== LETTER) return [];
  const { content, recipients } = Mail.parse(payload);
  return [{ to: recipients.to[0].address, text: content.plainText }];
};

/** Everything that an audit looks at: a copy, so that a test may doctor it. */
export interface Found {
  /** Registrations of clients. */
  readonly registered: readonly z.infer<typeof Application>[];
  /** What clients prove themselves by beside secrets, by its id in the directory. */
  readonly keys: ReadonlyMap<string, "certificate" | "federated-credential">;
  /** Clients that the directory keeps as deleted, by their object ids. */
  readonly deleted: ReadonlySet<string>;
  /** How many roles of both APIs the directory grants to a client, by its object id. */
  readonly granted: ReadonlyMap<string, number>;
  readonly clients: readonly Row[];
  readonly journal: readonly Row[];
  readonly consents: readonly Row[];
  readonly alerts: readonly Pick<Alert, "id" | "channel" | "stage" | "clientId">[];
  /** Mails to people of customers'. */
  readonly letters: readonly Letter[];
  /** What came to customers' own webhooks. */
  readonly hooks: readonly Pick<ReceivedHook, "name" | "headers" | "body">[];
  /** On the topic, unless they were not read. */
  readonly events?: readonly SeenEvent[];
}

export async function rows(cloud: Pick<Cloud, "addresses">, table: string): Promise<Row[]> {
  const client = TableClient.fromConnectionString(cloud.addresses.tables, table, {
    allowInsecureConnection: true,
  });
  const found: Row[] = [];
  for await (const row of client.listEntities<Row>()) found.push(row);
  return found;
}

/** All pages of a list of the directory, as an administrator sees it. */
async function listed<T>({ addresses }: Cloud, path: string, shape: z.ZodType<T>): Promise<T[]> {
  const Page = z.object({ value: z.array(shape), "@odata.nextLink": z.string().optional() });
  const found: T[] = [];
  let next: string | undefined = `${addresses.graph}${path}`;
  while (next) {
    const response = await fetch(next, {
      headers: { authorization: `Bearer ${addresses.users.olga.graphToken}` },
    });
    const page: z.infer<typeof Page> = Page.parse(await response.json());
    found.push(...page.value);
    next = page["@odata.nextLink"];
  }
  return found;
}

export async function look(cloud: Cloud): Promise<Found> {
  const select = "id,appId,displayName,isDisabled,passwordCredentials,keyCredentials";
  const [registered, deleted, principals, clients, journal, consents] = await Promise.all([
    listed(
      cloud,
      `/applications?$filter=tags/any(t:t eq 'latchkey')&$select=${select}&$top=999`,
      Application,
    ),
    listed(cloud, "/directory/deletedItems/microsoft.graph.application?$select=id", WithId),
    listed(cloud, "/servicePrincipals?$select=id,appId&$top=999", Principal),
    rows(cloud, "clients"),
    rows(cloud, "journal"),
    rows(cloud, "consents"),
  ]);
  // The company's, and the service's own.
  const apis = ["RESOURCE_APP_ID", "KEYS_APP_ID"].map((name) =>
    principals.find(({ appId }) => appId === cloud.settings[name]),
  );
  const assigned = await Promise.all(
    apis.map((api) =>
      listed(cloud, `/servicePrincipals/${api?.id}/appRoleAssignedTo?$top=999`, Assignment),
    ),
  );
  const assignments = Map.groupBy(assigned.flat(), ({ principalId }) => principalId);
  const rolesOf = new Map(
    principals.map(({ id, appId }) => [appId, assignments.get(id)?.length ?? 0]),
  );
  const granted = new Map(registered.map(({ id, appId }) => [id, rolesOf.get(appId) ?? 0]));
  return {
    ...{ registered, granted, clients, journal, consents },
    keys: await keysOf(cloud, registered),
    deleted: new Set(deleted.map(({ id }) => id)),
    alerts: cloud.inbox.alerts(),
    letters: cloud.inbox.alerts().flatMap(letterIn),
    hooks: cloud.inbox.hooks(),
  };
}

/** So many at once are asked for what they trust. */
const AT_ONCE = 8;

async function keysOf(cloud: Cloud, registered: Found["registered"]): Promise<Found["keys"]> {
  const keys = new Map<string, "certificate" | "federated-credential">();
  for (const { keyId } of registered.flatMap((one) => one.keyCredentials ?? []))
    keys.set(keyId, "certificate");
  await inLanes(AT_ONCE, registered, async ({ id }) => {
    const path = `/applications/${id}/federatedIdentityCredentials`;
    for (const trust of await listed(cloud, path, WithId))
      keys.set(trust.id, "federated-credential");
  });
  return keys;
}

/** Everything that lies on the topic, as another system reads it. */
export async function takeEvents(cloud: Cloud): Promise<readonly SeenEvent[]> {
  const reader = readEvents(cloud);
  try {
    await eventually(
      () => cloud.bus.entity("client-events/subscriptions/all").active,
      (left) => left === 0,
    );
    return reader.events();
  } finally {
    await reader.stop();
  }
}
