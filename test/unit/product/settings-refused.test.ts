import { describe, expect, test } from "vitest";
import { readSettings } from "../../../shared/settings/settings.ts";
import { least, problemsOf, without } from "../../support/least-settings.ts";

/** What would only be found out when somebody needs it is refused at the start. */
describe("settings", () => {
  test.each(["WEBHOOK_SIGNING_KEY", "UNSUBSCRIBE_KEY", "DIRECTORY_CLIENT_SECRET"])(
    "are no references that the key vault did not resolve: %s",
    (name) => {
      const reference = `@Microsoft.KeyVault(SecretUri=https://kv-x.vault.azure.net/secrets/${name})`;

      expect(problemsOf({ ...least, [name]: reference })).toEqual([
        `${name} is a reference to the key vault that could not be resolved`,
      ]);
    },
  );

  test("are a key without the line's end that a pipe puts behind it: such a key signed other addresses", () => {
    const mail = {
      EMAIL_CONNECTION: "https://mail.example",
      ALERT_EMAIL_FROM: "keys@contoso.example",
      UNSUBSCRIBE_KEY: `${"k".repeat(32)}\n`,
    };
    const short = `${"k".repeat(31)}\n`;

    expect(readSettings({ ...least, ...mail }).consent.letters?.unsubscribeKey).toBe(
      "k".repeat(32),
    );
    expect(problemsOf({ ...least, ...mail, UNSUBSCRIBE_KEY: short })).toEqual([
      "UNSUBSCRIBE_KEY is wrong: must have at least 32 characters",
    ]);
  });

  test("hold a certificate with its key, as PEM or in Base64, and no PKCS#12 of a key vault", () => {
    const pem = ["CERTIFICATE", "PRIVATE KEY"]
      .map((kind) => `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----`)
      .join("\n");
    const named = (value: string) => ({
      ...without("DIRECTORY_CLIENT_SECRET"),
      DIRECTORY_CREDENTIAL: "certificate",
      DIRECTORY_CLIENT_CERTIFICATE: value,
    });

    for (const good of [pem, Buffer.from(pem).toString("base64")])
      expect(readSettings(named(good)).directory.credential).toEqual({
        kind: "certificate",
        certificate: pem,
      });
    for (const bad of ["MIIKmwIBAzCCClcGCSqGSIb3DQEHAaCC", pem.split("\n-----BEGIN P")[0] ?? ""])
      expect(problemsOf(named(bad))).toEqual([
        "DIRECTORY_CLIENT_CERTIFICATE is wrong: must hold a certificate and its private key as PEM",
      ]);
  });

  test.each([
    "TOKEN_ENDPOINT",
    "CUSTOMER_ISSUER",
    "OPERATOR_ISSUER",
    "ALERT_WEBHOOK_URL",
    "ALERT_TEAMS_URL",
  ])("refuse http for %s, except on this machine", (name) => {
    const given = (address: string) => problemsOf({ ...least, [name]: address });

    for (const address of [
      "http://login.example/v2.0",
      "http://10.0.0.1/",
      "http://localhost.example/",
      "http://127.0.0.1.example/",
      "http://0.0.0.0/",
      "ftp://127.0.0.1/",
    ])
      expect(given(address), address).toEqual([
        expect.stringMatching(`^${name} is wrong: .*https`),
      ]);
    for (const address of ["http://127.0.0.1:7081/x", "http://localhost:1/", "http://[::1]:1/"])
      expect(given(address), address).toEqual([]);
  });

  test.each([
    ["RECONCILE_SCHEDULE", "*/5 * * *"],
    ["CARE_SCHEDULE", "hourly"],
    ["SECRETS_LOOK_SCHEDULE", "00:05:00"],
    ["CONSENT_SWEEP_SCHEDULE", "every minute of the day long"],
    ["CONSENT_REVOCATION_SCHEDULE", "0 0 * * * * *"],
    ["ACTIVITY_KEPT", "P99999999D"],
    ["PUBLIC_URL", "http://keys.example"],
    ["PUBLIC_URL", "https://keys.example/?from=alert"],
    ["PUBLIC_URL", "keys.example:443"],
  ])("that would break something later are refused: %s=%s", (name, value) => {
    expect(problemsOf({ ...least, [name]: value })).toEqual([
      expect.stringMatching(`^${name} is wrong: `),
    ]);
  });

  test("of the consent clock are refused together where a stage would never come", () => {
    const hours = { CONSENT_CALENDAR: "Mon 09:00-10:00 Europe/Berlin" };
    for (const never of [
      { ...hours, CONSENT_SLA: "P30D" },
      { ...hours, CONSENT_REMINDERS: "9999%" },
      { CONSENT_REMINDERS: "P99999999D after" },
    ])
      expect(problemsOf({ ...least, ...never })).toEqual([
        expect.stringMatching(/^CONSENT_CALENDAR is wrong: /),
      ]);
    expect(problemsOf({ ...least, ...hours, CONSENT_SLA: "P2D" })).toEqual([]);
  });
});
