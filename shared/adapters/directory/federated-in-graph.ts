import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { FederatedCredential } from "../../clients/credential.ts";
import type { FederatedDirectory } from "../../clients/federated/federated-directory.ts";
import { type Answer, DirectoryRefused } from "../../clients/ports.ts";
import { json } from "./json.ts";
import { isBadRequest, isMissing, type Refused } from "./refusal.ts";
import { ask, type SendDeps, send } from "./send.ts";
import { operationTag } from "./tags.ts";
import { unlessAbsent } from "./unless-absent.ts";

interface Options extends SendDeps {
  readonly client: Client;
}

interface Shown {
  readonly credential: FederatedCredential;
  /** What the directory keeps for people; ours says by which operation it was made, and when. */
  readonly description: string;
}

const Shown = z
  .object({
    id: z.guid(),
    name: z.string(),
    issuer: z.string(),
    subject: z.string().nullish(),
    audiences: z.array(z.string()),
    description: z.string().nullish(),
  })
  .transform(({ id, name, issuer, subject, audiences, description }): Shown => {
    const made = MADE.exec(description ?? "")?.[1];
    return {
      credential: {
        ...{ id, displayName: name, issuer },
        // A flexible one has an expression in its place, which Microsoft Graph v1.0 does not show.
        subject: subject ?? "",
        audience: audiences.join(" "),
        ...(made !== undefined && { createdAt: new Date(made) }),
      },
      description: description ?? "",
    };
  });
const Page = z.object({ value: z.array(Shown) });

const MADE = /^latchkey:operation:\S+ (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;

/** Federated credentials of clients: `federatedIdentityCredentials` of Microsoft Graph v1.0. */
export function federatedInGraph(options: Options): FederatedDirectory {
  const path = (clientId: string) => `/applications/${clientId}/federatedIdentityCredentials`;
  /** Twenty at most: Graph shows them on one page. */
  const list = (clientId: string, expected: Parameters<FederatedDirectory["federatedOf"]>[1]) =>
    unlessAbsent(() =>
      ask(options, { answer: Page, expected }, () => json(options.client, path(clientId)).get()),
    );
  return {
    addFederated: async (clientId, { operationId, createdAt, ...wanted }, expected) => {
      const { displayName: name, issuer, subject, audience } = wanted;
      const mark = operationTag(operationId);
      const description = `${mark} ${createdAt.toISOString()}`;
      const body = { name, issuer, subject, audiences: [audience], description };
      const answer = await send(
        options,
        {
          // A second one of the same name is refused: it is never there twice.
          repeatable: true,
          answer: Shown.optional(),
          expected,
          refusal: unfit,
          gotThrough: (refused) => (isUnfit(refused) ? { value: undefined } : undefined),
        },
        () => json(options.client, path(clientId)).post(body),
      );
      if (answer.kind === "done" && answer.value) return done(answer.value.credential);
      const isUnclear = answer.kind === "done" || isRefusedAsUnfit(answer);
      if (!isUnclear) return answer;
      const page = await orUnknown(() => list(clientId, expected));
      if (page && "kind" in page) return page;
      const own = page?.value.find((one) => one.description.startsWith(`${mark} `));
      if (own) return done(own.credential);
      // Something was made, or not, and is not shown: whoever settles the operation looks again.
      if (answer.kind === "done") return { kind: "unknown", retryAfterSeconds: 1 };
      const beside = page?.value.map(({ credential }) => credential) ?? [];
      return { kind: "refused", refusal: { reason: "federated-unfit", beside } };
    },
    removeFederated: (clientId, id, expected) =>
      send(
        options,
        {
          repeatable: true,
          answer: z.undefined(),
          expected,
          isOfAnother: (refused) => isOf(refused, id),
          refusal: (refused) => (isOf(refused, id) ? { reason: "federated-absent" } : undefined),
          // What was to go has gone, if not the whole client.
          gotThrough: (refused) => (isOf(refused, id) ? { value: undefined } : undefined),
        },
        () => json(options.client, `${path(clientId)}/${id}`).delete(),
      ),
    federatedOf: async (clientId, expected) =>
      (await list(clientId, expected))?.value.map(({ credential }) => credential),
  };
}

const done = <T>(value: T): Answer<T> => ({ kind: "done", value });

/** 409 for a name that is taken, 400 for an issuer and subject that are, for too many of them, and for what is written wrongly. */
const isUnfit = (refused: Refused): boolean =>
  isBadRequest(refused) || (refused.status === 409 && refused.code !== "");

const unfit = (refused: Refused) =>
  isUnfit(refused) ? ({ reason: "federated-unfit", beside: [] } as const) : undefined;

const isRefusedAsUnfit = (answer: Answer<unknown>): boolean =>
  answer.kind === "refused" && answer.refusal.reason === "federated-unfit";

/** A 404 is of the client or of its credential: Graph's words name the one that is missing. */
const isOf = (refused: Refused, id: string): boolean =>
  isMissing(refused) && refused.message.toLowerCase().includes(id.toLowerCase());

/** A list that cannot be had leaves open what was made. */
async function orUnknown<T>(
  look: () => Promise<T>,
): Promise<T | Extract<Answer<never>, { kind: "unknown" }>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RemoteUnavailable)
      return { kind: "unknown", retryAfterSeconds: error.retryAfterSeconds };
    if (error instanceof DirectoryRefused) return { kind: "unknown", retryAfterSeconds: 1 };
    throw error;
  }
}
