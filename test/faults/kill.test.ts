import { asks, KINDS } from "./support/asks.ts";
import { killCampaign } from "./support/kill-campaign.ts";

killCampaign(
  "that a customer asks for",
  asks.filter((ask) => KINDS[ask].by !== "operator"),
);
