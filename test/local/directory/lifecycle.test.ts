import { statSync } from "node:fs";
import { createServer } from "node:net";
import { jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import {
  aClient,
  backendToken,
  claims,
  graph,
  items,
  openTestDirectory,
  postForm,
  setting,
  text,
} from "./support.ts";

describe("a restart", () => {
  it("keeps objects, secrets, grants, keys and every setting that names no port", async () => {
    const test = await openTestDirectory();
    const { body } = await test.graph("POST", "/applications", aClient(test.directory));
    const secret = await test.graph("POST", `/applications/${body["id"]}/addPassword`, {});
    const fields = {
      grant_type: "client_credentials",
      client_id: text(body, "appId"),
      client_secret: text(secret.body, "secretText"),
      scope: setting(test.directory, "RESOURCE_SCOPE"),
    };
    await fetch(`${test.directory.origin}/consent/${fields.client_id}/grant`, {
      method: "POST",
      redirect: "manual",
    });
    await test.directory.stop();

    const again = await test.start();
    const token = await postForm(setting(again, "TOKEN_ENDPOINT"), fields);
    expect(claims(text(token.body, "access_token"))["scp"]).toBe("api.read");
    expect((await graph(again, test.backend, "GET", `/applications/${body["id"]}`)).status).toBe(
      200,
    );
    expect(again.signingKey().kid).toBe(test.directory.signingKey().kid);
    for (const name of [
      "DIRECTORY_TENANT_ID",
      "DIRECTORY_CLIENT_ID",
      "DIRECTORY_CLIENT_SECRET",
      "NODE_EXTRA_CA_CERTS",
      "CUSTOMER_AUDIENCE",
    ]) {
      expect(setting(again, name)).toBe(setting(test.directory, name));
    }
    await again.stop();
  });

  it("comes back on the ports it is given", async () => {
    const test = await openTestDirectory();
    const [httpPort, httpsPort] = [test.directory.origin, test.directory.secureOrigin].map(
      (origin) => Number(new URL(origin).port),
    );
    await test.directory.stop();
    const again = await test.start({ httpPort: httpPort ?? 0, httpsPort: httpsPort ?? 0 });
    expect(again.settings).toEqual(test.directory.settings);
    await again.stop();
  });

  it("is refused with EADDRINUSE on a busy port", async () => {
    const test = await openTestDirectory();
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
    const address = busy.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(test.start({ httpPort: port, dataFile: ":memory:" })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
    await expect(test.start({ httpsPort: port, dataFile: ":memory:" })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
    await new Promise((resolve) => busy.close(resolve));
    await test.close();
  });

  it("keeps the authority's key to its owner", async () => {
    const test = await openTestDirectory();
    expect(statSync(`${test.folder}/certificates/ca-key.pem`).mode & 0o077).toBe(0);
    await test.close();
  });
});

describe("reset", () => {
  it("forgets objects and keeps what the settings name", async () => {
    const test = await openTestDirectory();
    const { body } = await test.graph("POST", "/applications", aClient(test.directory));
    await test.directory.reset();

    expect((await test.graph("GET", `/applications/${body["id"]}`)).status).toBe(404);
    expect(items(await test.graph("GET", "/applications?$select=displayName"))).toEqual(
      ["Resource API", "Latchkey backend", "Customer portal", "Operators", "Latchkey keys"].map(
        (displayName) => ({ displayName }),
      ),
    );
    expect(await backendToken(test.directory)).not.toBe("");
    expect((await test.graph("POST", "/applications", aClient(test.directory))).status).toBe(201);
    await test.close();
  });
});

describe("pristine", () => {
  it("holds an administrator and Microsoft Graph, and nothing else", async () => {
    const test = await openTestDirectory({ pristine: true });
    expect(items(await test.admin("GET", "/applications"))).toEqual([]);
    expect(items(await test.admin("GET", "/servicePrincipals?$select=displayName"))).toEqual([
      { displayName: "Microsoft Graph" },
    ]);
    expect(test.directory.settings).not.toHaveProperty("DIRECTORY_CLIENT_ID");
    await test.close();
  });

  it("lets the administrator set up an API, a backend and its permission", async () => {
    const test = await openTestDirectory({ pristine: true });
    const graphPrincipal = await test.admin(
      "GET",
      "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')",
    );
    const ownedBy = "18a4783c-866b-4cc7-a460-3d5e5662c884";
    const backend = await test.admin("POST", "/applications", {
      displayName: "Backend",
      signInAudience: "AzureADMyOrg",
    });
    const principal = await test.admin("POST", "/servicePrincipals", {
      appId: backend.body["appId"],
    });
    const granted = await test.admin(
      "POST",
      `/servicePrincipals/${principal.body["id"]}/appRoleAssignments`,
      {
        principalId: principal.body["id"],
        resourceId: graphPrincipal.body["id"],
        appRoleId: ownedBy,
      },
    );
    expect(granted.status).toBe(201);

    const role = {
      id: ownedBy,
      value: "api.read",
      displayName: "Read",
      description: "Read",
      allowedMemberTypes: ["Application"],
    };
    const api = await test.admin("POST", "/applications", {
      displayName: "API",
      identifierUris: ["https://latchkeylocal.onmicrosoft.com/api"],
      appRoles: [role],
    });
    const path = `/applications/${api.body["id"]}`;
    expect(api.status).toBe(201);
    expect((await test.admin("PATCH", path, { appRoles: [] })).body).toMatchObject({
      error: { code: "CannotDeleteOrUpdateEnabledEntitlement" },
    });
    const forPeople = { ...role, allowedMemberTypes: ["User"] };
    expect((await test.admin("PATCH", path, { appRoles: [forPeople] })).body).toMatchObject({
      error: { code: "CannotDeleteOrUpdateEnabledEntitlement" },
    });
    expect(
      (await test.admin("PATCH", path, { appRoles: [{ ...role, isEnabled: false }] })).status,
    ).toBe(204);
    expect((await test.admin("PATCH", path, { appRoles: [forPeople] })).status).toBe(204);
    expect(
      (await test.admin("PATCH", path, { appRoles: [{ ...forPeople, isEnabled: false }] })).status,
    ).toBe(204);
    expect((await test.admin("PATCH", path, { appRoles: [] })).status).toBe(204);
    await test.close();
  });
});

describe("people's tokens", () => {
  it("carry what the settings announce, and can be made wrong", async () => {
    const { directory, close } = await openTestDirectory();
    expect(claims(await directory.issueUserToken("ann"))).toMatchObject({
      iss: setting(directory, "CUSTOMER_ISSUER"),
      aud: setting(directory, "CUSTOMER_AUDIENCE"),
      scp: "clients.read clients.write",
      extension_subscriptionId: "contoso",
    });
    expect(claims(await directory.issueUserToken("bob"))["extension_subscriptionId"]).toBe(
      "fabrikam",
    );
    const olga = claims(await directory.issueUserToken("olga"));
    expect(olga).toMatchObject({
      iss: setting(directory, "OPERATOR_ISSUER"),
      aud: setting(directory, "OPERATOR_AUDIENCE"),
      roles: ["Consent.Approve"],
    });
    expect(Number(olga["exp"]) - Number(olga["iat"])).toBe(86_400);

    const odd = claims(
      await directory.issueUserToken("ann", {
        lifetimeSeconds: -60,
        claims: { aud: "else", scp: undefined },
      }),
    );
    expect(odd).toMatchObject({ aud: "else" });
    expect(odd).not.toHaveProperty("scp");
    expect(Number(odd["exp"])).toBeLessThan(Date.now() / 1_000);
    await close();
  });

  it("come from one issuer in the Entra flavour, which has roles instead of scp for clients", async () => {
    const { directory, close } = await openTestDirectory({ flavour: "entra" });
    expect(setting(directory, "CUSTOMER_ISSUER")).toBe(setting(directory, "OPERATOR_ISSUER"));
    expect(setting(directory, "TOKEN_ENDPOINT")).toBe(
      `${directory.origin}/${setting(directory, "DIRECTORY_TENANT_ID")}/oauth2/v2.0/token`,
    );
    const keys = (await (
      await fetch(
        `${directory.origin}/${setting(directory, "DIRECTORY_TENANT_ID")}/discovery/v2.0/keys`,
      )
    ).json()) as { keys: { kid: string; n: string; e: string; kty: string }[] };
    const [key] = keys.keys;
    expect(key?.kid).toBe(directory.signingKey("ann").kid);
    const { payload } = await jwtVerify(
      await directory.issueUserToken("ann"),
      key ?? new Uint8Array(),
    );
    expect(payload.iss).toBe(setting(directory, "CUSTOMER_ISSUER"));
    await close();
  });
});
