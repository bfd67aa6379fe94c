import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { type Api, openApi } from "../support/api.ts";
import { makeClient, makeSecret } from "../support/make.ts";
import { sharedCloud } from "../support/shared-cloud.ts";
import { fuzzRequests } from "./support/fuzz-requests.ts";
import { openFuzzSender } from "./support/fuzz-sender.ts";

/** `npm run fuzz` sends 20,000; `npm test` a slice of them. The same seed makes up the same requests. */
const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 400);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20261121);
/** Sent at once, so that requests meet each other. */
const AT_ONCE = 10;

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

test(
  `${REQUESTS} requests made up from the OpenAPI document (seed ${SEED}) are answered as documented, none with a 5xx`,
  async () => {
    const sender = await openFuzzSender(cloud, api);
    for (const { accessToken } of [cloud.addresses.users.ann, cloud.addresses.users.bob]) {
      const call = api.callWith(accessToken);
      for (let index = 0; index < 4; index += 1)
        await makeSecret(call, (await makeClient(call, `No. ${index}`)).id);
    }

    await fc.assert(
      fc.asyncProperty(
        fc.array(fuzzRequests(api.document), { minLength: AT_ONCE, maxLength: AT_ONCE }),
        async (requests) => {
          await Promise.all(requests.map(sender.send));
        },
      ),
      // What a request meets depends on those before it, so the first failure is shown as it is instead of being shrunk.
      { seed: SEED, numRuns: REQUESTS / AT_ONCE, endOnFailure: true },
    );

    console.info(JSON.stringify(Object.fromEntries([...sender.statuses].sort())));
    if (process.env["FUZZ_REQUESTS"])
      console.info(JSON.stringify(Object.fromEntries([...sender.byOperation].sort()), null, 1));
    expect(sender.statuses.size).toBeGreaterThanOrEqual(8);
  },
  120_000 + REQUESTS * 50,
);
