import { activityTexts } from "./activity.ts";
import { clientsTexts } from "./clients.ts";
import { consentsTexts } from "./consents.ts";
import type { Msg, One } from "./msg.ts";
import { problemTexts } from "./problems.ts";
import { sharedTexts } from "./shared.ts";

/** Every text of both elements, in English where it is written. */
export const texts = (msg: Msg, one: One) => ({
  ...sharedTexts(msg),
  ...clientsTexts(msg, one),
  ...consentsTexts(msg, one),
  ...activityTexts(msg),
  ...problemTexts(msg),
});

export type Texts = ReturnType<typeof texts>;
