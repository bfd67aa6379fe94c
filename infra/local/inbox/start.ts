import { randomBytes } from "node:crypto";
import { EventEmitter, on } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createRandom } from "../faults/fault-tap.ts";
import type { Faults } from "../faults/faults.ts";
import { close, listen } from "../listen.ts";
import type { LocalService } from "../service.ts";
import { openStore, type Store } from "../store.ts";
import { type Alert, readFacts } from "./alert.ts";
import {
  answerOperation,
  type Channel,
  createChannels,
  type Keys,
  type MailOperations,
} from "./channels.ts";
import { createHooks, type ReceivedHook } from "./hooks.ts";
import { mailLimits } from "./mail-limits.ts";
import { renderPage } from "./page.ts";
import { scriptAt } from "./preview.ts";

export interface InboxOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** A path, or `:memory:`. */
  readonly dataFile: string;
}

export interface LocalInbox extends LocalService {
  readonly origin: string;
  /** The settings of the other two channels. */
  readonly teamsSettings: Readonly<Record<string, string>>;
  readonly emailSettings: Readonly<Record<string, string>>;
  /** Oldest first. */
  alerts(): Alert[];
  /** What customers' own webhooks were sent, oldest first. */
  hooks(): readonly ReceivedHook[];
  setFaults(faults: Faults["inbox"]): void;
  /**
   * The first alert that fits, whether it has come already or is still to come.
   *
   * @throws after `timeoutMs`, naming what did come.
   */
  nextAlert(fits: (alert: Alert) => boolean, timeoutMs?: number): Promise<Alert>;
}

/** Made once and kept, so that a restarted inbox still knows the service's signatures. */
function loadKeys(store: Store): Keys {
  const shelf = store.shelf<Partial<Keys>>("keys");
  const keys = {
    webhookSecret: `whsec_${randomBytes(32).toString("base64")}`,
    emailKey: randomBytes(64).toString("base64"),
    customersKey: randomBytes(32).toString("base64"),
    teamsSignature: randomBytes(32).toString("base64url"),
    unsubscribeKey: randomBytes(32).toString("base64url"),
    // What was kept before there was one of these keys has no such key.
    ...shelf.get("keys"),
  };
  shelf.put("keys", keys);
  return keys;
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

/** Where alerts arrive, over the formats of the real channels. Keeps every one, in order of arrival, over restarts. */
export async function startInbox({ port, dataFile }: InboxOptions): Promise<LocalInbox> {
  const store = openStore(dataFile);
  const shelf = store.shelf<Alert>("alerts");
  const keys = loadKeys(store);
  const operations: MailOperations = new Map();
  const channels = createChannels(keys, operations);
  const hooks = createHooks();
  const arrivals = new EventEmitter().setMaxListeners(0);
  const random = createRandom(1);
  const limits = mailLimits();
  let faults: Faults["inbox"];
  let count = shelf.all().length;

  const clear = () => {
    for (let id = 0; id < count; id += 1) shelf.delete(String(id));
    count = 0;
  };

  const receive = async (channel: Channel, request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    if (faults && "share" in faults && random() < faults.share) {
      json(response, 503, { error: { code: "ServiceUnavailable" } }, { "retry-after": "1" });
      return;
    }
    if (faults && "mailLimits" in faults && channel.name === "email") {
      const seconds = limits.refuse(faults.mailLimits, Date.now());
      if (seconds !== undefined) {
        const message = "The limit of mails of this domain is reached.";
        const error = { code: "TooManyRequests", message };
        json(response, 429, { error }, { "retry-after": String(seconds) });
        return;
      }
    }
    const url = new URL(request.url ?? "/", "http://localhost");
    const verdict = channel.receive(request, url, body);
    if (verdict.record) {
      let alert: Alert;
      try {
        const payload: unknown = JSON.parse(body);
        const { stage, threshold, clientId } = readFacts[channel.name](payload);
        const receivedAt = new Date().toISOString();
        const { id } = verdict;
        alert = { id, channel: channel.name, stage, threshold, clientId, receivedAt, payload };
      } catch (error) {
        verdict.undo?.();
        json(response, 400, { error: { code: "BadRequest", message: String(error) } });
        return;
      }
      shelf.put(String(count), alert);
      count += 1;
      arrivals.emit("alert", alert);
    }
    json(response, verdict.status, verdict.body, verdict.headers);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const call = `${request.method} ${pathname}`;
    const channel = channels.find(({ path }) => call === `POST ${path}`);
    const script = request.method === "GET" ? scriptAt(pathname) : undefined;
    if (await hooks.answer(request, response)) return;
    if (script) {
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" });
      response.end(await script);
    } else if (channel) {
      await receive(channel, request, response);
    } else if (call === "GET /alerts.json") {
      json(response, 200, shelf.all());
    } else if (call === "DELETE /alerts.json") {
      clear();
      response.writeHead(204).end();
    } else if (call === "GET /") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(renderPage(shelf.all()));
    } else if (!answerOperation(response, pathname, operations)) {
      json(response, 404, { error: { code: "NotFound" } });
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const bound = await listen(server, port).catch((error: unknown) => {
    store.close();
    throw error;
  });
  const origin = `http://127.0.0.1:${bound}`;

  return {
    origin,
    settings: {
      ALERT_WEBHOOK_URL: `${origin}/webhook`,
      ALERT_WEBHOOK_SECRET: keys.webhookSecret,
      WEBHOOK_SIGNING_KEY: keys.customersKey,
      WEBHOOK_UNGUARDED_ORIGINS: origin,
    },
    teamsSettings: {
      ALERT_TEAMS_URL: `${origin}/workflows/alerts/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${keys.teamsSignature}`,
    },
    emailSettings: {
      EMAIL_CONNECTION: `endpoint=${origin}/;accesskey=${keys.emailKey}`,
      UNSUBSCRIBE_KEY: keys.unsubscribeKey,
      ALERT_EMAIL_FROM: "latchkey@notifications.example",
      ALERT_EMAIL_TO: "operators@company.example",
      ALERT_ESCALATION_TO: "head-of-operations@company.example",
    },
    alerts: () => shelf.all(),
    hooks: hooks.all,
    setFaults: (next) => {
      faults = next;
      limits.clear();
    },
    nextAlert: async (fits, timeoutMs = 60_000) => {
      const known = shelf.all().find(fits);
      if (known) return known;
      const coming = on(arrivals, "alert", { signal: AbortSignal.timeout(timeoutMs) });
      try {
        for await (const [alert] of coming) if (fits(alert)) return alert;
      } catch (cause) {
        const came = shelf
          .all()
          .map(({ channel, stage, clientId }) => ({ channel, stage, clientId }));
        throw new Error(`No such alert in ${timeoutMs} ms; there are ${JSON.stringify(came)}`, {
          cause,
        });
      }
      throw new Error("The inbox stopped.");
    },
    reset: async () => {
      clear();
      hooks.clear();
      faults = undefined;
    },
    stop: async () => {
      await close(server);
      store.close();
    },
  };
}
