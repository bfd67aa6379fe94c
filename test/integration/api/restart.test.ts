import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { startCloud } from "../../../infra/local/cloud.ts";
import { LETTER } from "../../../infra/local/inbox/alert.ts";
import type { Ports } from "../../../infra/local/ports.ts";
import { openApi } from "../../support/api.ts";
import {
  clientsOf,
  makeClient,
  makeSecret,
  type ShownClient,
  tokenStatus,
} from "../../support/make.ts";

const Mail = z.object({
  recipients: z.object({ to: z.array(z.object({ address: z.string() })) }),
  content: z.object({ subject: z.string(), plainText: z.string() }),
  headers: z.object({ "List-Unsubscribe": z.string(), "List-Unsubscribe-Post": z.string() }),
});

const portOf = (url: string): number => Number(new URL(url).port);

test("10 clients with 2 secrets each are all there after a restart of the whole cloud, and every key still works", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-restart-"));
  // Nothing is put into the index of what is due before all of it is there: what is due together then comes in one letter.
  const first = await startCloud({
    folder,
    build: false,
    environment: { RECONCILE_SCHEDULE: "0 0 0 1 1 *" },
  });
  const ports: Ports = {
    api: portOf(first.addresses.api),
    bus: first.bus.port,
    directory: portOf(first.directory.origin),
    directoryHttps: portOf(first.directory.secureOrigin),
    tables: first.tables.port,
    inbox: portOf(first.inbox.origin),
    demoApi: portOf(first.addresses.demoApi),
    faults: portOf(first.addresses.faults),
    states: portOf(first.addresses.states),
  };
  const { accessToken } = first.addresses.users.ann;
  const made: { client: ShownClient; values: string[] }[] = [];
  const ann = (await openApi(first)).callWith(accessToken);
  for (let index = 0; index < 10; index += 1) {
    const client = await makeClient(ann, `Client ${index}`);
    const secrets = [await makeSecret(ann, client.id), await makeSecret(ann, client.id)];
    made.push({ client, values: secrets.map(({ secretText }) => secretText) });
  }
  const before = clientsOf(await ann("GET", "/clients"));
  await first.stop();

  // Each of the secrets lives for 365 days: what is said a hundredth of a second after it was made is due for all of them by now.
  const second = await startCloud({
    folder,
    ports,
    build: false,
    environment: {
      SECRET_REMINDERS: `PT${365 * 86_400 - 0.01}S`,
      RECONCILE_SCHEDULE: "*/2 * * * * *",
      CARE_SCHEDULE: "*/2 * * * * *",
    },
  });
  try {
    const after = clientsOf(await (await openApi(second)).callWith(accessToken)("GET", "/clients"));
    const statuses = await Promise.all(
      made.flatMap(({ client, values }) => values.map((value) => tokenStatus(client, value))),
    );

    expect(after).toEqual(before);
    expect(after.items).toHaveLength(10);
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));

    // Ann made them, so she watches them: one letter tells of all, and ends by one click.
    const { payload } = await second.inbox.nextAlert(({ stage }) => stage === LETTER, 90_000);
    const { recipients, content, headers } = Mail.parse(payload);
    expect(recipients.to).toEqual([{ address: "ann@contoso.example" }]);
    expect(content.subject).toBe("Secrets: 20 about to expire");
    expect(content.plainText.match(/^Rotate it: /gm)).toHaveLength(20);
    const address = headers["List-Unsubscribe"].slice(1, -1);
    const body = new URLSearchParams(headers["List-Unsubscribe-Post"]);
    expect((await fetch(address, { method: "POST", body })).status).toBe(200);
    const client = made[0]?.client.id;
    const ask = (await openApi(second)).callWith(accessToken);
    const watch = await ask("GET", `/clients/${client}/watch`);
    expect(watch.body).toMatchObject({ watching: false, email: "ann@contoso.example" });
  } finally {
    await second.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
