import { describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { type DirectoryRefusal, DirectoryRefused } from "../../../shared/clients/ports.ts";
import { toldOf, unavailable } from "../../../shared/operations/admission/directory-answer.ts";
import { afterTheChange, outageOf } from "../../../shared/operations/admission/executed.ts";
import { retryAfterSeconds } from "../../../shared/operations/admission/retry-after.ts";
import { failure } from "../../support/failure.ts";

/** What a caller is told of what has gone wrong elsewhere: whether anything was done, and when to come again. */

describe("an answer of the directory that is neither yes nor no", () => {
  test.each([true, false])("that came before anything was done (throttled: %s)", (throttled) => {
    const answer = { kind: "not-now", retryAfterSeconds: 7, throttled } as const;

    expect(unavailable(answer)).toMatchObject({
      ...{ service: "directory", executed: "no", retryAfterSeconds: 7, throttled },
    });
  });

  test("that never came", () => {
    expect(unavailable({ kind: "unknown", retryAfterSeconds: 7 })).toMatchObject({
      ...{ service: "directory", executed: "unknown", retryAfterSeconds: 7, throttled: false },
    });
  });
});

describe("a refusal that no operation has a word of its own for", () => {
  async function told(refusal: DirectoryRefusal) {
    const seen = newObservation();
    const said = await observe(seen, async () => toldOf(refusal));
    return { said, notes: seen.notes };
  }

  test.each<[DirectoryRefusal, string]>([
    [{ reason: "name-not-allowed" }, "name-not-allowed"],
    [{ reason: "directory-full" }, "directory-full"],
    [{ reason: "forbidden-by-policy", policy: "audience" }, "forbidden-by-policy"],
    [{ reason: "not-ours" }, "client-not-managed"],
  ])("is told as what it is: %j", async (refusal, reason) => {
    expect(await told(refusal)).toEqual({ said: { reason }, notes: [] });
  });

  test.each<[DirectoryRefusal, string]>([
    [{ reason: "refused", status: 400, code: "Request_BadRequest" }, "Request_BadRequest"],
    [{ reason: "absent" }, "absent"],
    [{ reason: "secret-absent" }, "secret-absent"],
    [{ reason: "secrets-full" }, "secrets-full"],
    [{ reason: "federated-absent" }, "federated-absent"],
    [{ reason: "certificate-absent" }, "certificate-absent"],
    [{ reason: "certificate-held", keyId: "its id" }, "certificate-held"],
    [{ reason: "federated-unfit", beside: [] }, "federated-unfit"],
    [{ reason: "certificates-full" }, "certificates-full"],
  ])("is not explained to the caller, and noted for us: %j", async (refusal, noted) => {
    expect(await told(refusal)).toEqual({
      said: { reason: "directory-refused" },
      notes: [`directory-refused:${noted}`],
    });
  });
});

describe("an outage after the directory was asked", () => {
  const error = new RemoteUnavailable("records", {
    ...{ executed: "no", retryAfterSeconds: 3, throttled: true },
  });

  test("says of the whole what is known of the whole, and all else as the service said it", () => {
    const outage = outageOf(error, "unknown");

    expect(outage).toMatchObject({
      ...{ service: "records", executed: "unknown", retryAfterSeconds: 3, throttled: true },
    });
    expect(outage).toHaveProperty("cause", error);
  });

  test("is the same where nothing has to be said otherwise, and a fault of ours stays one", () => {
    const fault = new Error("Ours");

    expect(outageOf(error, "no")).toBe(error);
    expect(outageOf(fault, "unknown")).toBe(fault);
  });

  test("never says that nothing was done, nor that the change was refused", async () => {
    const following = (thrown: Error) => failure(afterTheChange(() => Promise.reject(thrown)));
    const refused = new DirectoryRefused({ reason: "not-ours" });

    expect(await following(error)).toMatchObject({ service: "records", executed: "unknown" });
    const told = await following(refused);
    expect(told).toBeInstanceOf(RemoteUnavailable);
    expect(told).toMatchObject({ service: "directory", executed: "unknown", cause: refused });
    expect(await afterTheChange(async () => "done")).toBe("done");
  });
});

describe("who asks for a request that is under way comes again", () => {
  test.each([
    ["a second later, when it has just begun", 0, 1],
    ["after whole seconds", 1_001, 2],
    ["after as long as it has taken so far", 40_000, 40],
    ["when it is taken over, at the latest", 100_000, 20],
    ["a second later, when it may be taken over now", 120_000, 1],
    ["a second later, when it should have been long ago", 500_000, 1],
  ])("%s", (_, ageMs, seconds) => {
    expect(retryAfterSeconds(ageMs, 120_000)).toBe(seconds);
  });
});
