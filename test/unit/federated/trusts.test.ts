import { beforeEach, expect, test } from "vitest";
import type { CredentialRules } from "../../../shared/clients/credential-rules.ts";
import { EXCHANGE_AUDIENCE } from "../../../shared/clients/federated/federated.ts";
import { listFederated } from "../../../shared/clients/federated/list-federated.ts";
import { trustsOf } from "../../../shared/clients/federated/trusts-of.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";

/** Whom the directory trusts to speak for a client: read live, and not at all where it trusts nobody. */

const credential = {
  displayName: "github-main",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:octo-org/octo-repo:ref:refs/heads/main",
  audience: EXCHANGE_AUDIENCE,
};
const NOT_FOUND = { ok: false, refusal: { reason: "not-found" } };

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const list = (subscription = "contoso") =>
  listFederated(world, { subscription, clientId: world.client.id });
const trusts = (changes: Partial<CredentialRules> = {}) => {
  const { records, directory, credentialRules } = world;
  return trustsOf({ records, directory, rules: { ...credentialRules, ...changes } }, world.client);
};

test("a client's federated credentials are its own to see, for as long as the directory has the client", async () => {
  expect(await list()).toEqual({ ok: true, value: [] });
  await addFederated(world, { ...world.own, credential });

  expect(await list()).toMatchObject({ ok: true, value: [credential] });
  expect(await list("fabrikam")).toEqual(NOT_FOUND);
  await world.directory.delete(world.client.id, world.client);
  expect(await list()).toEqual(NOT_FOUND);
});

test("a client that was just seen is shown with them, and without any once the directory has lost it", async () => {
  await addFederated(world, { ...world.own, credential });

  expect(await trusts()).toMatchObject([credential]);
  await world.directory.delete(world.client.id, world.client);
  expect(await trusts()).toEqual([]);
});

test("a directory that trusts nobody is not asked", async () => {
  await addFederated(world, { ...world.own, credential });
  const federatedOf = async () => expect.unreachable();
  world = { ...world, directory: { ...world.directory, federatedOf } };

  expect(await trusts({ directory: ["secret", "certificate"] })).toEqual([]);
});
