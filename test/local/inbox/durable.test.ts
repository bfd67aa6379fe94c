import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startInbox } from "../../../infra/local/inbox/start.ts";

it("keeps alerts and secrets over a restart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-inbox-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const options = { port: 0, dataFile: join(folder, "inbox.db") };

  const first = await startInbox(options);
  const card = {
    type: "message",
    channelData: { latchkey: { stage: "requested", clientId: "7" } },
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: { type: "AdaptiveCard" },
      },
    ],
  };
  const url = String(first.teamsSettings["ALERT_TEAMS_URL"]);
  await fetch(url, { method: "POST", body: JSON.stringify(card) });
  const secret = first.settings["ALERT_WEBHOOK_SECRET"];
  await first.stop();

  const second = await startInbox(options);
  expect(second.settings["ALERT_WEBHOOK_SECRET"]).toBe(secret);
  expect(second.alerts()).toMatchObject([{ stage: "requested", clientId: "7" }]);
  await second.stop();
});
