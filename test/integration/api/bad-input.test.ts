import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, type ApiCaller, fieldsOf, openApi, refusalOf } from "../../support/api.ts";
import { clientsOf, makeClient } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

let cloud: Cloud;
let api: Api;
let ann: ApiCaller;
let clientId: string;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  ann = await api.customer();
  clientId = (await makeClient(ann.call)).id;
  cloud.directory.resetRequests();
});

describe("a body that is not as documented is refused with the field, before anything is called", () => {
  const bodies: [string, unknown, string[]][] = [
    ["an empty name", { displayName: "" }, ["/displayName"]],
    ["a blank name", { displayName: "   " }, ["/displayName"]],
    ["a name of 91 characters", { displayName: "a".repeat(91) }, ["/displayName"]],
    ["a name with a control character", { displayName: "a\u0000b" }, ["/displayName"]],
    ["half a surrogate pair", { displayName: "a\ud800" }, ["/displayName"]],
    ["a number for a name", { displayName: 7 }, ["/displayName"]],
    ["no name", {}, ["/displayName"]],
    ["no object", [], ["/"]],
    ["an unknown role", { displayName: "A", roles: ["api.admin"] }, ["/roles/0"]],
    ["no role", { displayName: "A", roles: [] }, ["/roles"]],
    ["a role twice", { displayName: "A", roles: ["api.read", "api.read"] }, ["/roles"]],
    ["a field nobody knows", { displayName: "A", tags: ["x"] }, ["/tags"]],
    ["two faults at once", { displayName: "", extra: 1 }, ["/displayName", "/extra"]],
  ];
  test.each(bodies)("%s", async (_, json, fields) => {
    const answer = await ann.call("POST", "/clients", { json });

    expect(refusalOf(answer)).toBe("400 invalid-request");
    expect(fieldsOf(answer)?.sort()).toEqual(fields);
    expect(cloud.directory.requests()).toEqual([]);
  });

  const lifetimes = [0, -1, 366, 1.5, "30", null];
  test.each(lifetimes)("a lifetime of %j", async (lifetimeDays) => {
    const answer = await ann.call("POST", `/clients/${clientId}/secrets`, {
      json: { displayName: "A", lifetimeDays },
    });

    expect(refusalOf(answer)).toBe("400 invalid-request");
    expect(fieldsOf(answer)).toEqual(["/lifetimeDays"]);
  });

  test("a rename to nothing", async () => {
    const answer = await ann.call("PATCH", `/clients/${clientId}`, { json: {} });

    expect(fieldsOf(answer)).toEqual(["/displayName"]);
  });
});

describe("a name at the limit is taken as it is", () => {
  test.each([
    ["90 characters", "n".repeat(90)],
    ["Unicode", "Зимний импорт 冬 🗝️"],
    ["what looks like HTML or a query", `<b>'; "DROP"--</b> ' or 1 eq 1`],
  ])("%s", async (_, displayName) => {
    const customer = await api.customer();

    const client = await makeClient(customer.call, displayName);

    expect(client.displayName).toBe(displayName);
    expect(clientsOf(await customer.call("GET", "/clients")).items).toEqual([client]);
  });
});

describe("a body that cannot be read is refused", () => {
  const create = (ask: Parameters<ApiCaller["call"]>[2]) => ann.call("POST", "/clients", ask);

  test.each([
    ["malformed JSON", '{"displayName": '],
    ["nothing", ""],
    ["a name given twice", '{"displayName": "A", "displayName": "B"}'],
    ["a name given twice, once escaped", '{"displayName": "A", "display\\u004eame": "B"}'],
    ["__proto__", '{"displayName": "A", "__proto__": {"roles": []}}'],
    ["nesting without end", `${"[".repeat(5000)}${"]".repeat(5000)}`],
    ["two documents", '{"displayName": "A"} {}'],
  ])("%s is 400", async (_, text) => {
    const answer = await create({ text });

    expect(refusalOf(answer)).toBe("400 invalid-request");
    expect(fieldsOf(answer)).toEqual(["body"]);
  });

  test("bytes that are not UTF-8 are 400", async () => {
    const text = new Uint8Array([...Buffer.from('{"displayName": "'), 0xff, 0x22, 0x7d]);

    expect(refusalOf(await create({ text }))).toBe("400 invalid-request");
  });

  test("chunks, of which Azure's host hands on nothing, are 411", async () => {
    const response = await fetch(`${cloud.addresses.api}/clients`, {
      method: "POST",
      headers: { authorization: `Bearer ${ann.token}`, "content-type": "application/json" },
      body: new Blob(['{"displayName": "A"}']).stream(),
      duplex: "half",
    });

    expect(response.status).toBe(411);
    expect(await response.json()).toMatchObject({ type: "/problems/length-required" });
  });

  test("more than 16 KiB is 413", async () => {
    const answer = await create({ json: { displayName: "a".repeat(16 * 1024) } });

    expect(refusalOf(answer)).toBe("413 body-too-large");
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])(
    "the media type '%s' is 415",
    async (type) => {
      const answer = await create({
        json: { displayName: "A" },
        headers: { "content-type": type },
      });

      expect(refusalOf(answer)).toBe("415 unsupported-media-type");
    },
  );

  describe("that is packed", () => {
    const packed = (bytes: Uint8Array<ArrayBuffer>, encoding: string) =>
      create({ text: bytes, headers: { "content-encoding": encoding } });
    const zipped = (text: string) => new Uint8Array(gzipSync(text));

    test.each(["gzip", "GZip", "x-gzip"])("%s is understood", async (encoding) => {
      const answer = await packed(zipped('{"displayName": "Packed"}'), encoding);

      expect(answer.status).toBe(201);
    });

    test("otherwise is 415 with what is understood", async () => {
      const answer = await packed(new Uint8Array(Buffer.from("{}")), "br");

      expect(refusalOf(answer)).toBe("415 unsupported-media-type");
      expect(answer.headers.get("accept-encoding")).toBe("gzip");
    });

    test("and is no gzip is 400", async () => {
      const answer = await packed(new Uint8Array(Buffer.from("{}")), "gzip");

      expect([refusalOf(answer), fieldsOf(answer)]).toEqual(["400 invalid-request", ["body"]]);
    });

    test("and grows past the limit is 413, unpacked no further", async () => {
      const bomb = zipped(`{"displayName": "${"a".repeat(10_000_000)}"}`);

      expect(bomb.byteLength).toBeLessThan(16 * 1024);
      expect(refusalOf(await packed(bomb, "gzip"))).toBe("413 body-too-large");
    });
  });

  test("the media type may carry a charset, in any case", async () => {
    const answer = await create({
      json: { displayName: "A" },
      headers: { "content-type": "Application/JSON; charset=utf-8" },
    });

    expect(answer.status).toBe(201);
  });
});

describe("a query or header that is not as documented is refused with its name", () => {
  test.each([
    ["limit=0", "query.limit"],
    ["limit=101", "query.limit"],
    ["limit=ten", "query.limit"],
    ["limit=1&limit=2", "query.limit"],
    ["cursor=nonsense", "query.cursor"],
    ["page=2", "query.page"],
  ])("GET /clients?%s", async (query, field) => {
    const answer = await ann.call("GET", `/clients?${query}`);

    expect(refusalOf(answer)).toBe("400 invalid-request");
    expect(fieldsOf(answer)).toContain(field);
  });

  test.each(["a".repeat(256), "with blank"])("Idempotency-Key %s", async (key) => {
    const answer = await ann.call("POST", "/clients", {
      json: { displayName: "A" },
      headers: { "idempotency-key": key },
    });

    expect(fieldsOf(answer)).toEqual(["header.Idempotency-Key"]);
  });
});

describe("an id that is none answers like one that nobody has", () => {
  test.each(["nonsense", "1", "%27or%271", newId().replaceAll("-", ""), `${newId()}x`])(
    "%s",
    async (id) => {
      expect(refusalOf(await ann.call("GET", `/clients/${id}`))).toBe("404 not-found");
    },
  );
});
