import { describe, expect, test } from "vitest";
import { activityRow } from "../../../shared/adapters/records/activity-rows.ts";
import { clientRow } from "../../../shared/adapters/records/client-rows.ts";
import { busyRow, parkedRow } from "../../../shared/adapters/records/operation-rows.ts";
import type { Row } from "../../../shared/adapters/records/table.ts";
import { webhookIdOf } from "../../../shared/care/webhooks/notification.ts";
import { DELETING, RENAMING } from "../../faults/support/asks.ts";
import { audit, type Damage, noDamage } from "../../faults/support/audit.ts";
import { entriesOf } from "../../faults/support/audit-activity.ts";
import type { Found } from "../../faults/support/found.ts";
import { CONTOSO, STALE, type Wish } from "../../faults/support/wish.ts";
import { ANN, anActivity, anOperation, aRecord, later, newId } from "../../support/samples.ts";
import { soundWorld, type World } from "./sound-world.ts";

/** An audit that cannot fail proves nothing: each of its checks is shown what it is there to find. */

type Doctor = (world: World) => World;

const withFound =
  (change: (found: Found, world: World) => Partial<Found>): Doctor =>
  (world) => ({ ...world, found: { ...world.found, ...change(world.found, world) } });
const withWishes =
  (change: (wishes: readonly Wish[]) => readonly Wish[]): Doctor =>
  (world) => ({ ...world, wishes: change(world.wishes) });
const last = <T>(list: readonly T[], is: (one: T) => boolean): T => {
  const found = list.findLast(is);
  if (found === undefined) throw new Error("The sound world lacks what is to be doctored");
  return found;
};
const wishFor = ({ wishes }: World, ask: Wish["ask"]): Wish =>
  last(wishes, (one) => one.ask === ask);
/** Whose old one stays for a day. */
const firstRotated = ({ wishes }: World, rotate: Wish["ask"]): Wish => {
  const found = wishes.find(({ ask }) => ask === rotate);
  if (!found) throw new Error("The sound world lacks a rotation");
  return found;
};
/** The rows of one kind, changed; `undefined` takes one away. */
const rowsWith = (
  rows: readonly Row[],
  is: (row: Row) => boolean,
  change: (row: Row) => Row | undefined,
): readonly Row[] =>
  rows.flatMap((row) => {
    const next = is(row) ? change(row) : row;
    return next ? [next] : [];
  });
const entryOf = (action: string) => (row: Row) =>
  row.rowKey.startsWith("activity:") && row["action"] === action;
const clientOf = (wish: Wish) => (row: Row) => row.rowKey === `client:${wish.clientId}`;
const accountOf = (subscription: string) => (row: Row) =>
  row.rowKey === "account" && row["subscription"] === subscription;
const without = (name: string) => (row: Row) => ({ ...row, [name]: undefined });

const isSecret = (row: Row) => row.rowKey.startsWith("secret:");
const isReminder = ({ type }: { readonly type: string }) => type === "secret.expiring";
const NOBODYS = "The secret “nobody's” of the client “x” expires on 3 March.";

const KEY_KINDS = ["certificate", "federated-credential"] as const;
const allBut = (kind: string, keys: Found["keys"]) =>
  new Map([...keys].filter(([, one]) => one !== kind));

/** Each kind of damage, and ways to it. */
const DOCTORS: Readonly<Record<keyof Damage, readonly Doctor[]>> = {
  orphans: [
    withFound(({ registered }) => ({
      registered: [
        ...registered,
        { id: newId(), appId: newId(), displayName: "Nobody's", passwordCredentials: [] },
      ],
    })),
  ],
  lost: [withFound(({ registered }) => ({ registered: registered.slice(1) }))],
  duplicates: [
    withFound(({ registered }) => ({
      registered: registered.map((one, at) =>
        at === 1 ? { ...one, displayName: registered[0]?.displayName ?? "" } : one,
      ),
    })),
  ],
  alertsLost: [withFound(({ alerts }) => ({ alerts: alerts.slice(1) }))],
  alertsTwice: [
    withFound(({ alerts }) => ({
      alerts: [...alerts, ...alerts.slice(0, 1).map((one) => ({ ...one, id: "another" }))],
    })),
  ],
  secretsLeft: [
    withFound(({ registered }) => ({
      registered: registered.map((one) => ({
        ...one,
        passwordCredentials: [...one.passwordCredentials, { keyId: newId() }],
      })),
    })),
  ],
  secretsLost: [
    withFound(({ registered }) => ({
      registered: registered.map((one) => ({ ...one, passwordCredentials: [] })),
    })),
  ],
  keysLeft: [
    withFound(({ keys }) => ({ keys: new Map([...keys, [newId(), "certificate" as const]]) })),
    withFound(({ keys }) => ({
      keys: new Map([...keys, [newId(), "federated-credential" as const]]),
    })),
  ],
  keysLost: KEY_KINDS.map((kind) => withFound(({ keys }) => ({ keys: allBut(kind, keys) }))),
  retiredEarly: [
    withWishes((wishes) =>
      wishes.map((one) =>
        one.ask === "retire"
          ? { ...one, answer: { status: 200, body: { retiresAt: later(1).toISOString() } } }
          : one,
      ),
    ),
    ...(["rotate", "rotate-self"] as const).map((rotate) =>
      withFound(({ registered }, world) => ({
        registered: registered.map((one) => ({
          ...one,
          passwordCredentials: one.passwordCredentials.filter(
            (secret) => secret.keyId !== firstRotated(world, rotate).keyId,
          ),
        })),
      })),
    ),
  ],
  retiredLate: (["rotate-now", "retire"] as const).map((ask) =>
    withFound(({ registered }, world) => ({
      registered: registered.map((one) => ({
        ...one,
        passwordCredentials: [
          ...one.passwordCredentials,
          { keyId: wishFor(world, ask).keyId ?? "" },
        ],
      })),
    })),
  ),
  underWay: [
    withFound(({ clients }) => ({
      clients: [...clients, busyRow(anOperation({ kind: "delete", clientId: newId() }))],
    })),
  ],
  parkedUnseen: [
    withFound(({ clients }) => ({
      clients: [...clients, parkedRow(anOperation({ kind: "delete", clientId: newId() }))],
    })),
    withFound(({ journal }) => ({
      journal: [...journal, { partitionKey: "parked", rowKey: "x", operationId: newId() }],
    })),
  ],
  journalRows: [
    withFound(({ journal }) => ({
      journal: [...journal, { partitionKey: "untold", rowKey: "x" }],
    })),
    withFound(({ journal }) => ({
      journal: [...journal, { partitionKey: "adrift", rowKey: "2026-11-21T12:00:00.000Z:x" }],
    })),
  ],
  deletedAllTheSame: DELETING.map((deleting) =>
    withWishes((wishes) =>
      wishes.map((one) =>
        one.ask === deleting ? { ...one, answer: { status: 409, body: {} } } : one,
      ),
    ),
  ),
  updatesLost: RENAMING.map((renaming) =>
    withWishes((wishes) => {
      const rename = last(wishes, ({ ask }) => ask === renaming);
      return [
        ...wishes,
        { ...rename, name: "A later name", answer: { status: 204, body: undefined } },
      ];
    }),
  ),
  miscounted: [
    withFound(({ clients }) => ({
      clients: rowsWith(clients, accountOf(CONTOSO), (row) => ({ ...row, clients: 99 })),
    })),
  ],
  activityLost: [
    "client.created",
    "secret.created",
    "secret.removed",
    "secret.rotated",
    "certificate.rotated",
    "certificate.removed",
    "federated-credential.created",
    "federated-credential.removed",
    "client.renamed",
    "client.deleted",
    "client.restored",
    "client.purged",
    "client.suspended",
    "client.resumed",
    "consent.granted",
    "consent.rejected",
    "consent.revoked",
    "subscription.suspended",
    "subscription.blocked",
  ].flatMap((action) => {
    const gone = withFound(({ clients }) => ({
      clients: rowsWith(clients, entryOf(action), () => undefined),
    }));
    const unanswered = withWishes((wishes) => wishes.map(({ answer: _, ...wish }) => wish));
    // What nobody was answered and is found done, too: but for what leaves nothing to be found.
    const leavesNothing = [
      "client.resumed",
      "client.restored",
      "client.purged",
      "consent.rejected",
      "consent.revoked",
    ];
    return leavesNothing.includes(action)
      ? [gone]
      : [gone, (world: World) => gone(unanswered(world))];
  }),
  activityTwice: [
    withFound((found) => ({
      clients: [
        ...found.clients,
        activityRow({
          ...last(entriesOf(found), (one) => one.action === "client.suspended"),
          id: newId(),
        }),
      ],
    })),
    withFound((found) => ({
      clients: [...found.clients, ...found.clients.filter(entryOf("secret.removed"))],
    })),
  ],
  activityInvented: [
    withFound(({ clients }) => ({
      clients: [
        ...clients,
        activityRow(anActivity({ action: "client.deleted", clientId: newId() })),
      ],
    })),
    withFound(({ clients, registered }) => ({
      clients: [
        ...clients,
        activityRow(
          anActivity({ action: "subscription.unblocked", subscription: registered[0]?.id ?? "" }),
        ),
      ],
    })),
    // On record as done, and not so.
    withFound(({ registered }) => ({
      registered: registered.map((one) => ({ ...one, isDisabled: false })),
    })),
    withFound(() => ({ granted: new Map() })),
    ...KEY_KINDS.map((kind) => withFound(({ keys }) => ({ keys: allBut(kind, keys) }))),
    withFound(({ keys }, world) => ({
      keys: new Map([
        ...keys,
        [wishFor(world, "remove-federated").keyId ?? "", "certificate" as const],
      ]),
    })),
    withFound((_, world) => ({ deleted: new Set([wishFor(world, "purge").clientId ?? ""]) })),
    withFound(({ registered }, world) => ({
      registered: registered.filter(({ id }) => id !== wishFor(world, "restore").clientId),
    })),
    withFound(({ clients }) => ({
      clients: rowsWith(clients, accountOf("shut"), without("blocked")),
    })),
    withFound(({ clients }) => ({
      clients: rowsWith(clients, accountOf("ended"), without("suspended")),
    })),
  ],
  activityByNobody: [
    { kind: "customer" as const },
    { ...ANN.actor, kind: "operator" as const },
    { kind: "directory" as const },
    // Of a client's own, too.
    ANN.actor,
  ].map((actor) =>
    withFound(({ clients }) => ({
      clients: rowsWith(clients, entryOf("client.renamed"), (row) => ({
        ...row,
        actor: JSON.stringify(actor),
      })),
    })),
  ),
  notAdmitted: [
    withWishes((wishes) =>
      wishes.map((one) => (one.ask === "rename" ? { ...one, ifMatch: STALE } : one)),
    ),
  ],
  stopsApart: [
    withFound(({ registered }) => ({
      registered: registered.map((one) => ({ ...one, isDisabled: true })),
    })),
    withFound(({ registered }) => ({
      registered: registered.map((one) => ({ ...one, isDisabled: null })),
    })),
  ],
  stopsLost: [
    withFound(({ clients }, world) => ({
      clients: rowsWith(clients, clientOf(wishFor(world, "suspend-own")), without("suspendedBy")),
    })),
    withFound(({ clients }, world) => ({
      clients: rowsWith(clients, clientOf(wishFor(world, "suspend")), without("suspendedBy")),
    })),
    withFound(({ clients }, world) => ({
      clients: rowsWith(clients, clientOf(wishFor(world, "resume")), (row) => ({
        ...row,
        ...{ suspendedBy: "operator", suspendedReason: "x", suspendedAt: row["createdAt"] },
      })),
    })),
    withFound(({ clients }, world) => ({
      clients: rowsWith(clients, clientOf(wishFor(world, "suspend")), (row) => ({
        ...row,
        suspendedReason: "Another reason",
      })),
    })),
  ],
  accountsApart: [
    withFound(({ clients }) => ({
      clients: rowsWith(clients, accountOf("whole"), without("suspended")),
    })),
    withFound(({ clients }) => ({
      clients: rowsWith(clients, accountOf("shut"), without("blocked")),
    })),
  ],
  clientsMissed: [
    withFound(({ clients }) => ({
      clients: [...clients, clientRow(aRecord({ subscription: "whole" }))],
    })),
    // Of who was offboarded something is left.
    withFound(({ clients }) => ({
      clients: [...clients, clientRow(aRecord({ subscription: "ended" }))],
    })),
    // Who was kept is still stopped.
    withFound(({ clients }) => ({
      clients: rowsWith(
        clients,
        (row) => row.rowKey.startsWith("client:") && row["subscription"] === "kept",
        (row) => ({
          ...row,
          ...{ suspendedBy: "operator", suspendedReason: "x", suspendedAt: row["createdAt"] },
        }),
      ),
    })),
  ],
  runsLeft: ["running", "parked"].map((state) =>
    withFound(({ journal }) => ({ journal: journal.map((row) => ({ ...row, state })) })),
  ),
  consentsApart: [
    withFound(({ consents }) => ({ consents: consents.slice(1) })),
    withFound(({ consents }) => ({
      consents: [...consents, ...consents.map((row) => ({ ...row, partitionKey: "revoked" }))],
    })),
    withFound(({ consents }) => ({
      consents: [...consents, { ...consents[0], partitionKey: "pending", rowKey: newId() }],
    })),
    withFound(({ granted }) => ({ granted: new Map([...granted].map(([id]) => [id, 2])) })),
    // One role of two.
    withFound(({ granted }) => ({ granted: new Map([...granted].map(([id]) => [id, 1])) })),
  ],
  decisionsLost: (["grant", "reject", "revoke"] as const).map((ask) =>
    withFound(({ clients }, world) => ({
      clients: rowsWith(clients, clientOf(wishFor(world, ask)), (row) => ({
        ...row,
        consentState: "pending",
      })),
    })),
  ),
  decisionsLeft: [
    withFound(({ consents }) => ({
      consents: [...consents, { partitionKey: "deciding", rowKey: newId() }],
    })),
  ],
  noticesLost: ["webhook", "email"].map((channel) =>
    withFound(({ alerts }) => ({
      alerts: alerts.filter((one) => one.stage !== "stop" || one.channel !== channel),
    })),
  ),
  noticesInvented: [
    withFound(({ alerts }) => ({
      alerts: [...alerts, { id: newId(), channel: "webhook", stage: "stop", clientId: "" }],
    })),
  ],
  eventsLost: [withFound(({ events = [] }) => ({ events: events.slice(1) }))],
  eventsInvented: [
    withFound(({ events = [] }) => ({
      events: [...events, ...events.slice(0, 1).map((one) => ({ ...one, id: newId() }))],
    })),
  ],
  remindersLost: [
    withFound(() => ({ letters: [] })),
    withFound(({ events = [] }) => ({ events: events.filter((one) => !isReminder(one)) })),
    withFound(({ clients }) => ({
      clients: rowsWith(clients, isSecret, (row) => ({ ...row, told: "[]" })),
    })),
  ],
  remindersTwice: [
    withFound(({ letters }) => ({ letters: [...letters, ...letters] })),
    withFound(({ events = [] }) => ({
      events: [
        ...events,
        ...events.filter(isReminder).map((one) => ({ ...one, id: `${one.id} again` })),
      ],
    })),
  ],
  remindersStray: [
    withFound(({ letters }) => ({
      letters: [...letters, ...letters.map((one) => ({ ...one, to: "bob@fabrikam.example" }))],
    })),
    withFound(({ letters }) => ({
      letters: [...letters, { to: "ann@contoso.example", text: NOBODYS }],
    })),
    // Another threshold, of a secret that lives for long.
    withFound(({ events = [] }) => ({
      events: [
        ...events,
        ...events.filter(isReminder).map((one) => ({
          ...one,
          data: { keyId: newId(), displayName: "long", threshold: "P1D" },
        })),
      ],
    })),
  ],
  lettersLeft: [
    withFound(({ clients }) => ({
      clients: rowsWith(
        clients,
        (row) => row.rowKey.endsWith(":state"),
        (row) => ({ ...row, id: "letter:x", lines: "[]" }),
      ),
    })),
    withFound(({ clients }) => ({
      clients: [...clients, { partitionKey: "contoso", rowKey: "letter:ann:line:x:P1D" }],
    })),
  ],
  hooksLost: [withFound(({ hooks }) => ({ hooks: hooks.slice(1) }))],
  hooksOfSeveral: [
    withFound(({ hooks }) => ({
      hooks: [...hooks, ...hooks.map((hook) => ({ ...hook, body: "another" }))],
    })),
  ],
  hooksStray: [
    // Of a subscription that has none, and of another's.
    withFound(({ hooks }) => ({
      hooks: [...hooks, ...hooks.map((hook) => ({ ...hook, name: "whole" }))],
    })),
    withFound(({ hooks, events = [] }) => ({
      hooks: [
        ...hooks,
        ...events
          .filter((event) => event["subscription"] === "whole")
          .map(({ id }) => ({
            ...{ name: "contoso", body: id },
            headers: { "webhook-id": webhookIdOf({ subscription: "whole", id }) },
          })),
      ],
    })),
  ],
};

const found = ({ found, wishes }: World): Damage => audit(found, wishes);

test("a campaign in which nothing went wrong has no damage", () => {
  expect(found(soundWorld())).toEqual(noDamage);
});

describe("what the audit is there to find it finds", () => {
  const cases = Object.entries(DOCTORS).flatMap(([name, doctors]) =>
    doctors.map((doctor, at) => [`${name} (${at + 1})`, name as keyof Damage, doctor] as const),
  );
  test.each(cases)("%s", (_, name, doctor) => {
    expect(found(doctor(soundWorld()))[name]).not.toEqual(noDamage[name]);
  });
});

test("the clock's own events, and those of one change under one id, are no damage", () => {
  const world = soundWorld();
  const { events = [] } = world.found;
  const clocks = { id: newId(), type: "consent.reminded", subscription: "whole", subject: newId() };
  const more = [...events, ...events, clocks];
  expect(audit({ ...world.found, events: more }, world.wishes)).toEqual(noDamage);
});

test("what was told of a secret belongs to the operation that took it back, whose entry may name no client", () => {
  const { found, wishes } = soundWorld();
  const operationId = newId();
  const undone = anActivity({
    ...{ id: `${operationId}:client.created`, action: "client.created", subscription: "whole" },
    ...{ outcome: "undone", clientId: undefined },
  });
  const clients = [...found.clients, activityRow(undone)];
  const invented = (madeBy: string) => {
    const told = { id: `${madeBy}:secret.created`, type: "secret.created", subscription: "whole" };
    const events = [...(found.events ?? []), { ...told, subject: newId() }];
    return audit({ ...found, clients, events }, wishes).eventsInvented;
  };
  expect(invented(operationId)).toEqual([]);
  expect(invented(newId())).toHaveLength(1);
});

test("a name asked for again by who got no answer is on record twice and told once", () => {
  const world = soundWorld();
  const again = world.found.clients.filter(entryOf("client.renamed")).map((row) => ({
    ...row,
    ...{ rowKey: `${row.rowKey}-again`, id: newId() },
  }));
  const clients = [...world.found.clients, ...again];
  const wishes = world.wishes.map((one) =>
    RENAMING.includes(one.ask) ? { ...one, asked: 2 } : one,
  );
  expect(audit({ ...world.found, clients }, wishes)).toEqual(noDamage);
});

test("clients that an operation names as not changed are not missed", () => {
  const world = soundWorld();
  const client = aRecord({ subscription: "whole" });
  const errors = JSON.stringify([{ clientId: client.id }]);
  const journal = world.found.journal.map((row) => ({ ...row, errors }));
  const clients = [...world.found.clients, clientRow(client)];
  expect(audit({ ...world.found, clients, journal }, world.wishes).clientsMissed).toEqual([]);
});
