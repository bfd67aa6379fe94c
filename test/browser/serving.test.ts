import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { bringAxe, expectNoViolations, sticksOut } from "./accessibility.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { signIn } from "./portal.ts";

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** As it comes over the wire: `fetch` would unpack it. */
const get = (url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Got> =>
  new Promise((resolve, reject) => {
    request(url, { headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    })
      .on("error", reject)
      .end();
  });

const MAX_ELEMENT_BYTES = 40 * 1024;

describe("the portal's files", () => {
  let cloud: Cloud;
  let portal: string;
  beforeAll(async () => {
    cloud = await startTestCloud();
    portal = cloud.addresses.portal;
  });

  it.each(["/", "/consents"])(
    "%s has a policy without unsafe-inline and is asked for each time",
    async (path) => {
      const { status, headers, body } = await get(`${portal}${path}`);
      expect(status).toBe(200);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|\*|data:/);
      expect(headers["cache-control"]).toBe("no-cache");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(body.toString()).not.toMatch(/<script(?![^>]* src=)|style=|\son\w+=/);
    },
  );

  it("lets the page talk to the token authority and to nobody else", async () => {
    const { headers } = await get(`${portal}/`);
    const connect = /connect-src ([^;]+)/.exec(String(headers["content-security-policy"]))?.[1];
    const { origin, secureOrigin } = cloud.directory;
    expect(connect?.split(" ").toSorted()).toEqual(["'self'", origin, secureOrigin].toSorted());
  });

  it("keeps hashed files for a year and answers 304 to who has them", async () => {
    const page = (await get(`${portal}/`)).body.toString();
    const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
    expect(assets.length).toBe(4);
    for (const path of assets) {
      const { status, headers } = await get(`${portal}${path}`);
      expect([path, status]).toEqual([path, 200]);
      expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
      const again = await get(`${portal}${path}`, { "if-none-match": `W/${headers["etag"]}` });
      expect(again.status).toBe(304);
      expect(again.body.length).toBe(0);
    }
  });

  it("is compressed as the browser asks", async () => {
    const path = `${portal}/latchkey-clients.js`;
    const plain = await get(path);
    const gzip = await get(path, { "accept-encoding": "gzip, deflate" });
    const brotli = await get(path, { "accept-encoding": "gzip, deflate, br, zstd" });
    const refused = await get(path, { "accept-encoding": "br;q=0, gzip;q=0.5" });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(refused.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    expect(plain.headers["vary"]).toBe("Accept-Encoding");
    // Bytes that differ have validators that differ, or a cache might join them.
    const tags = [plain, gzip, brotli].map(({ headers }) => headers["etag"]);
    expect(new Set(tags).size).toBe(3);
    const known = { "accept-encoding": "br", "if-none-match": String(brotli.headers["etag"]) };
    expect((await get(path, known)).status).toBe(304);
    expect((await get(path, { ...known, "accept-encoding": "gzip" })).status).toBe(200);
    const head = await get(path, {}, "HEAD");
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  it.each([
    ["latchkey-clients-care.js", 12],
    ["latchkey-clients-keys.js", 8],
    // A library that writes certificates and PKCS #12: for whoever makes a key pair.
    ["latchkey-key-pair.js", 80],
  ])(
    "%s, which is loaded later, adds at most %i KB, and no second copy of Lit",
    async (name, most) => {
      const path = `${portal}/${name}`;
      const compressed = await get(path, { "accept-encoding": "br" });
      expect(compressed.body.length).toBeLessThanOrEqual(most * 1024);
      expect((await get(path)).body.toString()).not.toContain("createPolicy");
    },
  );

  it.each(["latchkey-clients.js", "latchkey-consents.js"])(
    "%s with its library is at most 40 KB compressed",
    async (name) => {
      const gzip = await get(`${portal}/${name}`, { "accept-encoding": "gzip" });
      const brotli = await get(`${portal}/${name}`, { "accept-encoding": "br" });
      console.log(`${name}: ${gzip.body.length} bytes gzip, ${brotli.body.length} bytes brotli`);
      expect(gzip.body.length).toBeLessThanOrEqual(MAX_ELEMENT_BYTES);
      expect(brotli.body.length).toBeLessThan(gzip.body.length);
      expect(gzip.headers["access-control-allow-origin"]).toBe("*");
      expect(gzip.headers["cache-control"]).toBe(
        "public, max-age=300, stale-while-revalidate=86400",
      );
    },
  );

  it.each(["de", "es", "fr", "ja"])(
    "the texts in %s are a file beside the elements",
    async (language) => {
      const path = `${portal}/latchkey-${language}.js`;
      const { status, headers, body } = await get(path, { "accept-encoding": "gzip" });
      expect(status).toBe(200);
      expect(headers["access-control-allow-origin"]).toBe("*");
      expect(gunzipSync(body).toString()).toContain("problems.unavailable");
      const element = (await get(`${portal}/latchkey-clients.js`)).body.toString();
      expect(element).toContain(`import("./latchkey-${language}.js")`);
    },
  );

  it("tells how to sign in, and nothing that is not for everybody", async () => {
    const { body, headers } = await get(`${portal}/portal-config.json`);
    expect(headers["content-type"]).toBe("application/json");
    const config = JSON.parse(body.toString());
    expect(Object.keys(config).toSorted()).toEqual(["customers", "operators"]);
    for (const one of Object.values<object>(config)) {
      expect(Object.keys(one).toSorted()).toEqual(["authority", "clientId", "metadata", "scopes"]);
    }
    expect(body.toString()).not.toContain(cloud.settings["DIRECTORY_CLIENT_SECRET"]);
  });

  it.each([
    "/nothing",
    "/assets/../main.js",
    "/main.js",
    "/files.json",
    "/api/nothing",
    "/assets/%2e%2e/main.js",
  ])("%s is not there", async (path) => {
    expect((await get(`${portal}${path}`)).status).toBe(404);
  });
});

inChromium("the page under its own policy", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });

  it("breaks nothing of it, and asks nobody else for anything", async () => {
    const page = await chromium.page();
    const said: string[] = [];
    const origins = new Set<string>();
    page.on("console", (message) => said.push(message.text()));
    page.on("request", (asked) => origins.add(new URL(asked.url()).origin));
    await signIn(page, cloud.addresses.portal, "ann");
    await page.getByText("No clients yet").waitFor();
    expect(said).toEqual([]);
    expect([...origins].toSorted()).toEqual(
      [cloud.addresses.portal, cloud.directory.origin].toSorted(),
    );
  });

  it.each([320, 1180])("a problem's page reads well without scripts, %i wide", async (width) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await chromium.page({
        viewport: { width, height: 800 },
        colorScheme,
      });
      await bringAxe(page.context());
      await page.goto(`${cloud.addresses.portal}/problems/secret-limit-reached`);
      await page.getByText("What to do").waitFor();
      await expectNoViolations(page, `the page of a problem, ${colorScheme}`);
      expect(await sticksOut(page)).toEqual([]);
    }
  });

  it("says so where signing in is not set up", async () => {
    const bare = await startTestCloud({
      environment: { PORTAL_CLIENT_ID: undefined, PORTAL_OPERATOR_CLIENT_ID: undefined },
    });
    const page = await chromium.page();
    await page.goto(bare.addresses.portal);
    await page.getByText("Signing in is not set up").waitFor();
  });
});
