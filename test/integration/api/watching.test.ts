import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { WatchShape } from "../../../functions/http/care/watch-shape.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { setting } from "../../../infra/local/services.ts";
import { unsubscribeTokens } from "../../../shared/care/unsubscribe.ts";
import { personOf } from "../../../shared/clients/person.ts";
import { type Api, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { makeClient, makeSecret } from "../../support/make.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

const ANN = "ann@contoso.example";
const claimsOf = (token: string) =>
  z
    .object({ sub: z.string() })
    .parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));

describe("a watcher", () => {
  const watchOf = ({ body }: SeenAnswer) => WatchShape().parse(body);

  test("is whoever made the client, at the address of their token, until they say otherwise", async () => {
    const { call, subscription } = await api.customer();
    const { id } = await makeClient(call);
    const path = `/clients/${id}/watch`;

    const first = watchOf(await call("GET", path));
    expect(first).toMatchObject({ watching: true, everyClient: false, email: ANN });
    const asked = await call("PUT", path, { json: { timeZone: "europe/berlin" } });
    expect(watchOf(asked)).toMatchObject({ watching: true, timeZone: "Europe/Berlin" });
    expect((await call("DELETE", path)).status).toBe(204);
    expect(watchOf(await call("GET", path))).toMatchObject({ watching: false, email: ANN });

    const others = await cloud.directory.issueUserToken("bob", {
      claims: { extension_subscriptionId: subscription, emails: undefined },
    });
    const bob = api.callWith(others);
    expect(watchOf(await bob("GET", path))).toEqual({ watching: false, everyClient: false });
    expect(refusalOf(await bob("PUT", path, { json: {} }))).toBe("409 no-verified-email");
    expect(refusalOf(await bob("PUT", "/watch", { json: {} }))).toBe("409 no-verified-email");
  });

  test.each(["+02:00", "Mars/Olympus", "", "x".repeat(65), 7])(
    "is told no times of the zone %j",
    async (timeZone) => {
      const { call } = await api.customer();
      const refused = await call("PUT", "/watch", { json: { timeZone } });
      expect(refusalOf(refused)).toBe("400 invalid-request");
      expect(problemOf(refused).errors).toMatchObject([{ field: "/timeZone" }]);
    },
  );

  test("ends all mail by an address in a letter, without signing in; a look at it ends nothing", async () => {
    const { call, subscription } = await api.customer();
    await call("PUT", "/watch", { json: {} });
    const issuer = setting(cloud.settings, "CUSTOMER_ISSUER");
    const { sub: subject } = claimsOf(await cloud.directory.issueUserToken("ann"));
    const person = personOf({ kind: "customer", issuer, subject }) ?? expect.fail();
    const tokens = unsubscribeTokens(setting(cloud.settings, "UNSUBSCRIBE_KEY"));
    const { portal } = cloud.addresses;
    const address = `${portal}/unsubscribe?t=${tokens.issue({ subscription, person })}`;
    const form = { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) };

    const asks = await fetch(address);
    expect(asks.headers.get("content-security-policy")).toContain("form-action 'self'");
    expect(await asks.text()).toContain('<form method="post">');
    expect(watchOf(await call("GET", "/watch"))).toMatchObject({ everyClient: true });
    expect((await fetch(`${address}x`, form)).status).toBe(404);
    expect(watchOf(await call("GET", "/watch"))).toMatchObject({ everyClient: true });

    for (const _ of ["once", "and again"]) {
      const ended = await fetch(address, { ...form, redirect: "error" });
      expect([ended.status, await ended.text()]).toEqual([
        200,
        expect.stringContaining("no more mail"),
      ]);
    }
    expect(watchOf(await call("GET", "/watch"))).toMatchObject({ everyClient: false });
    const { id } = await makeClient(call);
    expect(watchOf(await call("GET", `/clients/${id}/watch`))).toMatchObject({ watching: false });
  });
});

describe("a calendar", () => {
  const addressOf = ({ body }: SeenAnswer) => z.object({ url: z.url() }).parse(body).url;
  const readable = (url: string) => url.replace(/^https?:\/\/[^/]+/, cloud.addresses.portal);

  test("is read at a private address until that is ended, and spared whoever has it already", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call, "Nightly import");
    const { keyId, expiresAt } = await makeSecret(call, client.id, "Production");
    const headers = { "idempotency-key": newId() };
    const made = await call("POST", "/calendar-link", { headers });
    const again = await call("POST", "/calendar-link", { headers });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(addressOf(again)).toBe(addressOf(made));
    expect((await call("GET", "/calendar-link")).body).toMatchObject({ active: true });

    const url = readable(addressOf(made));
    const feed = await fetch(url);
    expect(feed.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    const text = await feed.text();
    expect(text).toContain(`UID:${keyId}-expires\r\n`);
    expect(text).toContain(`DTSTART:${expiresAt.replaceAll(/[-:]|\.\d+/g, "")}\r\n`);
    const etag = feed.headers.get("etag") ?? expect.fail();
    const spared = await fetch(url, { headers: { "if-none-match": etag } });
    expect([spared.status, await spared.text()]).toEqual([304, ""]);

    await call("DELETE", `/clients/${client.id}/secrets/${keyId}`);
    expect(await (await fetch(url, { headers: { "if-none-match": etag } })).text()).not.toContain(
      keyId,
    );
    expect((await call("DELETE", "/calendar-link")).status).toBe(204);
    const ended = await fetch(url);
    const never = await fetch(`${cloud.addresses.portal}/calendar/x`);
    const shown = async (answer: Response) => ({
      status: answer.status,
      body: {
        ...z
          .object({ instance: z.string() })
          .loose()
          .parse(await answer.json()),
        instance: "",
      },
    });
    expect(await shown(ended)).toEqual(await shown(never));
    expect(ended.status).toBe(404);
  });

  test("is read so often and no more", async () => {
    const { call } = await api.customer();
    const url = readable(addressOf(await call("POST", "/calendar-link")));
    // More than two minutes' worth, should one begin meanwhile.
    const asked = Array.from({ length: 125 }, () => fetch(url, { method: "HEAD" }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });
});
