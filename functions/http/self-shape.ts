import * as z from "zod";
import type { Client } from "../../shared/clients/client.ts";
import { ClientShape, showSecret } from "./shapes.ts";

/** Of a client what it needs to rotate its secrets, and nothing that is people's: whoever has its secret reads this. */
export const SelfShape = z
  .strictObject({
    id: ClientShape.shape.id,
    appId: ClientShape.shape.appId,
    displayName: ClientShape.shape.displayName,
    roles: ClientShape.shape.roles,
    secrets: ClientShape.shape.secrets,
  })
  .meta({ id: "OwnClient" });

export const showSelf = ({ record, displayName, secrets }: Client): z.infer<typeof SelfShape> => ({
  id: record.id,
  appId: record.appId,
  displayName,
  roles: [...record.roles],
  secrets: secrets.map(showSecret(record)),
});
