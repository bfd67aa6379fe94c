import { ServiceBusClient } from "@azure/service-bus";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type ApiCaller, openApi } from "../../support/api.ts";
import { grantInDirectory } from "../../support/directory-admin.ts";
import { eventually } from "../../support/eventually.ts";
import { clientOf, makeClient, secretOf } from "../../support/make.ts";
import { registerAs } from "../../support/registered.ts";
import { newId } from "../../support/samples.ts";

export const PERSON = "Annabel Unmistakable";
export const CLIENT_NAME = "Zanzibar importer";
export const SECRET_NAME = "Quixotic credential";

/** Everything that can happen to a customer, with every secret and token that was seen on the way. */
export async function wholeRun(cloud: Cloud): Promise<ReadonlyMap<string, string>> {
  const seen = new Map<string, string>();
  const api = await openApi(cloud);
  const olga = await api.olga();
  const ann = await api.customer({ name: PERSON });
  const { users } = cloud.addresses;
  for (const [name, token] of Object.entries({
    ann: ann.token,
    olga: users.olga.accessToken,
    graph: users.olga.graphToken,
  })) {
    seen.set(`token of ${name}`, token);
    seen.set(`signature of ${name}`, token.split(".")[2] ?? "");
  }

  const registered = await registerAs(ann.call, { client_name: CLIENT_NAME });
  const { client_id: itself, registration_access_token: ofItself } = registered;
  seen.set("secret of a registration", registered.client_secret);
  seen.set("token of a registration", ofItself);
  seen.set("end of that token", ofItself.split(".").at(-1) ?? "");
  await api.callWith(ofItself)("GET", `/register/${itself}`);
  await api.callWith(ofItself)("GET", `/register/${newId()}`);
  const client = await makeClient(ann.call, CLIENT_NAME);
  const secrets = `/clients/${client.id}/secrets`;
  const ask = (key: string) => ({
    json: { displayName: SECRET_NAME },
    headers: { "idempotency-key": key },
  });
  const add = async (key = newId()): Promise<string> => {
    const made = secretOf(await ann.call("POST", secrets, ask(key)));
    seen.set(`secret ${made.keyId}`, made.secretText);
    return made.keyId;
  };
  const key = newId();
  const first = await add(key);
  await ann.call("POST", secrets, ask(key));
  await add();
  await ann.call("POST", secrets, ask(newId()));
  await ann.call("DELETE", `${secrets}/${first}`);
  await add();
  for (const secret of [...seen.values()]) await misplace(cloud, ann, client.id, secret);

  await grantInDirectory(cloud, client.appId);
  await olga("POST", `/admin/consents/${client.id}/verify`);
  const second = clientOf(
    await ann.call("POST", "/clients", { json: { displayName: CLIENT_NAME } }),
  );
  await olga("POST", `/admin/consents/${second.id}/reject`, { json: { reason: "Not needed" } });
  // Left alone, so that its clock goes through reminder and breach.
  const third = await makeClient(ann.call, CLIENT_NAME);

  for (const faults of [
    { directory: "down" },
    { directory: { serverError: { share: 1, status: 503 } } },
    { directory: { throttle: { share: 1, retryAfterSeconds: 9 } } },
    { bus: "down" },
    { tables: "down" },
    { directory: { cutAfterCommit: { share: 1 } } },
  ] as const) {
    await cloud.setFaults(faults);
    const { call } = await api.customer({ name: PERSON });
    await Promise.all([
      call("POST", "/clients", { json: { displayName: CLIENT_NAME } }),
      ann.call("POST", `/clients/${third.id}/secrets`, ask(newId())),
      ann.call("GET", "/clients"),
    ]);
    await cloud.setFaults({});
  }
  await poison(cloud);
  await cloud.inbox.nextAlert(
    ({ stage, clientId }) => stage === "breached" && clientId === third.id,
    30_000,
  );
  for (const timer of ["reconcile", "consent-sweep"]) await cloud.hosts[0]?.runNow(timer);
  await ann.call("DELETE", `/clients/${client.id}`);
  return seen;
}

/** What people do with a secret or token when they are in a hurry; each place is one that might be written down. */
async function misplace(
  { addresses }: Cloud,
  { token }: ApiCaller,
  clientId: string,
  secret: string,
): Promise<void> {
  const send = async (path: string, init: RequestInit): Promise<void> => {
    const response = await fetch(`${addresses.api}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...init.headers,
      },
    });
    if (response.status < 400)
      throw new Error(`${path.slice(0, 9)} was answered ${response.status}`);
    await response.body?.cancel();
  };
  const inUrl = encodeURIComponent(secret);
  const post = { method: "POST", body: '{"displayName":' };
  await Promise.all([
    send(`/clients/${inUrl}`, {}),
    send(`/clients/${clientId}/secrets/${inUrl}`, { method: "DELETE" }),
    send(`/clients?cursor=${inUrl}`, {}),
    send(`/clients?access_token=${inUrl}`, {}),
    send("/clients", { ...post, body: JSON.stringify({ secret }) }),
    send("/clients", { ...post, body: JSON.stringify({ displayName: "x", [secret]: 1 }) }),
    send("/clients", { ...post, body: secret }),
    send("/clients", { ...post, headers: { "idempotency-key": secret } }),
    send("/clients", { ...post, headers: { "content-type": secret } }),
    send(`/clients/${clientId}`, {
      method: "DELETE",
      headers: { "if-match": `"${secret.slice(0, 500)}"` },
    }),
    send("/clients", {
      headers: { authorization: `Bearer ${secret.split("").reverse().join("")}` },
    }),
  ]);
}

/** A message that nobody can read, with a person in it, until it is set aside. */
async function poison({ addresses, bus }: Cloud): Promise<void> {
  const client = new ServiceBusClient(addresses.serviceBus);
  await client
    .createSender("consent")
    .sendMessages({ messageId: newId(), body: { type: PERSON, requestedBy: PERSON } });
  await client.close();
  await eventually(
    () => bus.entity("consent").deadLettered,
    (count) => count >= 1,
  );
}
