import type { Command } from "commander";
import * as z from "zod";
import type { OAuthClient } from "../api/api.ts";
import type { Context } from "../context.ts";
import { plain, table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand } from "./command.ts";
import { type Credential, credentialTable } from "./credential-table.ts";
import { client } from "./inputs.ts";
import { keyed } from "./keyed.ts";

const OneClient = z.object({ client });
const KEY = [
  "--idempotency-key <key>",
  "send the same again under it after a lost answer",
] as const;
const IF_MATCH = ["--if-match <etag>", "only if the client is as it was then"] as const;

/** `latchkey clients …` */
export function addClients(program: Command, terminal: Terminal): void {
  const clients = program.command("clients").description("OAuth clients of your subscription");

  addCommand(clients, terminal, {
    usage: "list",
    about: "all of them, or those that can be restored",
    options: [["--deleted", "those that were deleted within 30 days"]],
    input: z.object({ deleted: z.boolean().default(false) }),
    run: async (context, { deleted }) => {
      const items = await listClients(context, deleted);
      context.show({ items }, () => listed(items));
    },
  });

  addCommand(clients, terminal, {
    usage: "create <name>",
    about: "a client; an administrator is asked for consent",
    options: [
      ["--role <role...>", "app roles it asks for; both of the company's API when left out"],
      KEY,
    ],
    input: z.object({
      name: z.string(),
      role: z.array(z.enum(["api.read", "api.write", "keys.rotate"])).optional(),
      idempotencyKey: z.string().optional(),
    }),
    run: async (context, { name: displayName, role: roles, idempotencyKey }) => {
      const { api, show } = context;
      const made = await api.call.POST("/api/clients", {
        params: { header: keyed(idempotencyKey) },
        body: { displayName, ...(roles && { roles }) },
      });
      const shown = api.answered(made);
      show(shown, () => described(shown));
    },
  });

  addCommand(clients, terminal, {
    usage: "show <client>",
    about: "one of them, with its credentials and the state of its consent",
    input: OneClient,
    run: async (context, { client: id }) => {
      const shown = await getClient(context, id);
      // What the client's own answer has of them are those that end: a federated one never does.
      const credentials = await credentialsOf(context, id);
      const whole = { ...shown, credentials };
      context.show(whole, () => described(whole));
    },
  });

  addCommand(clients, terminal, {
    usage: "rename <client> <name>",
    about: "give it another name",
    options: [IF_MATCH],
    input: OneClient.extend({ name: z.string(), ifMatch: z.string().optional() }),
    run: async ({ api, show }, { client: id, name: displayName, ifMatch }) => {
      const header = matching(ifMatch);
      api.done(
        await api.call.PATCH("/api/clients/{id}", {
          params: { path: { id }, header },
          body: { displayName },
        }),
      );
      show({ id, displayName }, () => `${id} is ${plain(displayName)} now.`);
    },
  });

  addCommand(clients, terminal, {
    usage: "suspend <client>",
    about: "have it get no new tokens; everything it has is kept",
    options: [["--reason <text>", "why; shown with the client"], KEY, IF_MATCH],
    input: OneClient.extend({
      reason: z.string({ error: "is needed: it is shown with the client" }),
      idempotencyKey: z.string().optional(),
      ifMatch: z.string().optional(),
    }),
    run: async ({ api, show }, { client: id, reason, idempotencyKey, ifMatch }) => {
      const header = { ...keyed(idempotencyKey), ...matching(ifMatch) };
      const params = { path: { id }, header };
      api.done(await api.call.POST("/api/clients/{id}/suspend", { params, body: { reason } }));
      show({ id, suspended: true }, () => `${id} gets no new tokens.`);
    },
  });

  addCommand(clients, terminal, {
    usage: "resume <client>",
    about: "let it get tokens again",
    options: [KEY, IF_MATCH],
    input: OneClient.extend({
      idempotencyKey: z.string().optional(),
      ifMatch: z.string().optional(),
    }),
    run: async ({ api, show }, { client: id, idempotencyKey, ifMatch }) => {
      const header = { ...keyed(idempotencyKey), ...matching(ifMatch) };
      api.done(
        await api.call.POST("/api/clients/{id}/resume", { params: { path: { id }, header } }),
      );
      show({ id, suspended: false }, () => `${id} gets tokens again.`);
    },
  });

  addCommand(clients, terminal, {
    usage: "delete <client>",
    about: "delete it; it can be restored for 30 days",
    options: [IF_MATCH],
    input: OneClient.extend({ ifMatch: z.string().optional() }),
    run: async ({ api, show }, { client: id, ifMatch }) => {
      const params = { path: { id }, header: matching(ifMatch) };
      api.done(await api.call.DELETE("/api/clients/{id}", { params }));
      show(
        { id, deleted: true },
        () => `${id} is deleted. latchkey clients restore brings it back.`,
      );
    },
  });

  addCommand(clients, terminal, {
    usage: "restore <client>",
    about: "bring a deleted one back, with its secrets",
    options: [KEY],
    input: OneClient.extend({ idempotencyKey: z.string().optional() }),
    run: async ({ api, show }, { client: id, idempotencyKey }) => {
      const params = { path: { id }, header: keyed(idempotencyKey) };
      const shown = api.answered(await api.call.POST("/api/clients/{id}/restore", { params }));
      show(shown, () => described(shown));
    },
  });
}

const matching = (etag: string | undefined) => (etag === undefined ? {} : { "If-Match": etag });

/** Page by page, to the end. */
async function listClients({ api }: Context, deleted: boolean): Promise<OAuthClient[]> {
  const items: OAuthClient[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...(deleted && { state: "deleted" as const }), ...(cursor && { cursor }) };
    const page = api.answered(await api.call.GET("/api/clients", { params: { query } }));
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

export async function getClient({ api }: Pick<Context, "api">, id: string): Promise<OAuthClient> {
  return api.answered(await api.call.GET("/api/clients/{id}", { params: { path: { id } } }));
}

/** Of every kind. */
async function credentialsOf({ api }: Context, id: string): Promise<Credential[]> {
  const params = { path: { id } };
  return api.answered(await api.call.GET("/api/clients/{id}/credentials", { params })).items;
}

const stateOf = ({ suspended, deleted, consent }: OAuthClient): string =>
  deleted ? "deleted" : suspended ? "suspended" : consent.state;

const listed = (items: readonly OAuthClient[]): string =>
  items.length === 0
    ? "There is none."
    : table(
        ["ID", "NAME", "STATE", "SECRETS", "CREATED"],
        items.map((one) => [
          one.id,
          one.displayName,
          stateOf(one),
          String(one.secrets.length),
          one.createdAt,
        ]),
      );

function described(one: OAuthClient): string {
  const facts = table(
    ["id", one.id],
    [
      ["name", one.displayName],
      ["client_id", one.appId],
      ["token endpoint", one.tokenEndpoint],
      ["scope", one.scope],
      ["roles", one.roles.join(" ")],
      ["state", stateOf(one)],
      ["consent", one.consent.message],
      ["created", one.createdAt],
    ],
  );
  return one.credentials.length === 0 ? facts : `${facts}\n\n${credentialTable(one.credentials)}`;
}
