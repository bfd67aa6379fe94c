import { done } from "../../../shared/base/outcome.ts";
import { unwatch, type WatchDeps, watch, watchState } from "../../../shared/care/watching.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { route } from "../../edge/route.ts";
import { showWatch, WatchRequestBody, WatchShape } from "./watch-shape.ts";

/** Who is told by mail: each person for themselves alone, at the address that their own token proves. */

const shown = { 200: { description: "How you stand to it", schema: WatchShape } };

export const watchGet = (deps: WatchDeps) =>
  route(
    {
      name: "watch-get",
      operationId: "getSubscriptionWatch",
      method: "GET",
      path: "/watch",
      access: "clients.read",
      summary: "Whether you are told of every client's secrets",
      description: "How the caller stands to the whole subscription; nobody sees who else watches.",
      replies: shown,
      problems: [],
    },
    async ({ caller: { subscription, watcher } }) => {
      const state = await watchState(deps, { subscription, watcher, of: EVERY_CLIENT });
      return state.ok ? done({ status: 200, body: showWatch(state.value) }) : state;
    },
  );

export const watchPut = (deps: WatchDeps) =>
  route(
    {
      name: "watch-put",
      operationId: "watchSubscription",
      method: "PUT",
      path: "/watch",
      access: "clients.read",
      summary: "Be told by mail before a secret of any client ends",
      description:
        "Letters go to the verified address of the caller's own token. Asked again, the newest address and time zone count.",
      body: WatchRequestBody,
      replies: shown,
      problems: ["no-verified-email", "mail-not-set-up"],
    },
    async ({ caller: { subscription, watcher }, body: { timeZone } }) => {
      const asked = { subscription, watcher, of: EVERY_CLIENT, timeZone };
      const state = await watch(deps, asked);
      return state.ok ? done({ status: 200, body: showWatch(state.value) }) : state;
    },
  );

export const watchDelete = (deps: WatchDeps) =>
  route(
    {
      name: "watch-delete",
      operationId: "unwatchSubscription",
      method: "DELETE",
      path: "/watch",
      access: "clients.read",
      summary: "No longer be told of every client",
      description: "Clients that the caller watches one by one go on being told of.",
      replies: { 204: { description: "Not watched by you any more" } },
      problems: [],
    },
    async ({ caller: { subscription, watcher } }) => {
      const ended = await unwatch(deps, { subscription, watcher, of: EVERY_CLIENT });
      return ended.ok ? done({ status: 204 }) : ended;
    },
  );

export const clientWatchGet = (deps: WatchDeps) =>
  route(
    {
      name: "clients-watch-get",
      operationId: "getClientWatch",
      method: "GET",
      path: "/clients/{id}/watch",
      access: "clients.read",
      summary: "Whether you are told of a client's secrets",
      description: "How the caller stands to it; nobody sees who else watches.",
      replies: shown,
      problems: ["not-found"],
    },
    async ({ caller: { subscription, watcher }, id }) => {
      const state = await watchState(deps, { subscription, watcher, of: id });
      return state.ok ? done({ status: 200, body: showWatch(state.value) }) : state;
    },
  );

export const clientWatchPut = (deps: WatchDeps) =>
  route(
    {
      name: "clients-watch-put",
      operationId: "watchClient",
      method: "PUT",
      path: "/clients/{id}/watch",
      access: "clients.read",
      summary: "Be told by mail before a secret of it ends",
      description:
        "Letters go to the verified address of the caller's own token. Whoever creates a client watches it from the start. Asked again, the newest address and time zone count.",
      body: WatchRequestBody,
      replies: shown,
      problems: ["not-found", "no-verified-email", "mail-not-set-up"],
    },
    async ({ caller: { subscription, watcher }, id, body: { timeZone } }) => {
      const state = await watch(deps, { subscription, watcher, of: id, timeZone });
      return state.ok ? done({ status: 200, body: showWatch(state.value) }) : state;
    },
  );

export const clientWatchDelete = (deps: WatchDeps) =>
  route(
    {
      name: "clients-watch-delete",
      operationId: "unwatchClient",
      method: "DELETE",
      path: "/clients/{id}/watch",
      access: "clients.read",
      summary: "No longer be told of a client's secrets",
      description: "Whoever watches the whole subscription is still told of it.",
      replies: { 204: { description: "Not watched by you any more" } },
      problems: ["not-found"],
    },
    async ({ caller: { subscription, watcher }, id }) => {
      const ended = await unwatch(deps, { subscription, watcher, of: id });
      return ended.ok ? done({ status: 204 }) : ended;
    },
  );
