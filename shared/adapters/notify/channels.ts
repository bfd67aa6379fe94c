import type { AlertChannel } from "../../consent/alerts/alert.ts";
import { type EmailOptions, emailChannel } from "./email.ts";
import { teamsChannel } from "./teams.ts";
import { webhookChannel } from "./webhook.ts";

/** Every channel that is configured. */
export function openChannels(settings: {
  readonly webhook: { readonly url: string; readonly secret: string } | undefined;
  readonly teams: { readonly url: string; readonly timeZone: string } | undefined;
  readonly email: EmailOptions | undefined;
}): readonly AlertChannel[] {
  const { webhook, teams, email } = settings;
  return [
    ...(webhook ? [webhookChannel(webhook)] : []),
    ...(teams ? [teamsChannel(teams)] : []),
    ...(email ? [emailChannel(email)] : []),
  ];
}
