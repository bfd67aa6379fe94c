import { readSettings, SettingsError } from "../../shared/settings/settings.ts";

export const GUID = "11111111-2222-3333-4444-555555555555";

/** The least that the service starts with. */
export const least: Readonly<Record<string, string>> = {
  DIRECTORY_TENANT_ID: "contoso.onmicrosoft.com",
  DIRECTORY_CLIENT_ID: GUID,
  DIRECTORY_CREDENTIAL: "secret",
  DIRECTORY_CLIENT_SECRET: "s3cret-value",
  RESOURCE_APP_ID: GUID,
  APP_READ_ROLE_ID: GUID,
  APP_WRITE_ROLE_ID: GUID,
  TOKEN_ENDPOINT: "https://contoso.b2clogin.com/token",
  RESOURCE_SCOPE: "https://contoso.onmicrosoft.com/api/.default",
  CUSTOMER_ISSUER: "https://contoso.b2clogin.com/v2.0/",
  CUSTOMER_AUDIENCE: GUID,
  OPERATOR_ISSUER: "https://login.microsoftonline.com/contoso/v2.0",
  OPERATOR_AUDIENCE: GUID,
  RecordsConnection: "UseDevelopmentStorage=true",
  ServiceBusConnection: "Endpoint=sb://127.0.0.1",
  ALERT_WEBHOOK_URL: "https://alerts.example/hook",
  ALERT_WEBHOOK_SECRET: `whsec_${"a".repeat(32)}`,
};

export const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(least).filter(([name]) => !names.includes(name)));

/** What is wrong with them, a line each. */
export function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}
