import {
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { LatchkeyClientsElement } from "../../package/types.d.ts";
import { Form } from "../shared/form.ts";
import { leavingGuard } from "../shared/guard-leaving.ts";
import { Healing } from "../shared/healing.ts";
import { LatchkeyElement } from "../shared/latchkey-element.ts";
import { layout } from "../shared/layout-styles.ts";
import type { Client } from "../shared/shapes.ts";
import { watchPage } from "../shared/watch-page.ts";
import { careOnce, carePage, isCare, isCareDialog, loadCare } from "./care-part.ts";
import { clientView } from "./client-view.ts";
import { loadAbout, loadClient, loadList } from "./clients-actions.ts";
import { type ClientsDialog, type ClientsState, emptyState, type Once } from "./clients-state.ts";
import { clientsStyles } from "./clients-styles.ts";
import { createView } from "./create-view.ts";
import { loadDeleted } from "./deleted.ts";
import { deletedView } from "./deleted-view.ts";
import { clientsDialog } from "./dialogs.ts";
import { sendAllLeaving } from "./held.ts";
import { heldView } from "./held-view.ts";
import { listView } from "./list-view.ts";
import { secretsOnce } from "./secret-once.ts";
import { loadWatch } from "./watch.ts";

/** What `show` says for the form of a new client. */
export const NEW = "new";
/** And for those that were deleted. */
export const DELETED = "deleted";
const isClient = (show: string): boolean =>
  show !== "" && show !== NEW && show !== DELETED && !isCare(show);

const WATCH_PENDING_MS = 20_000;

/**
 * `<latchkey-clients api="…">`: a customer's clients and secrets, complete in one element.
 *
 * @tag latchkey-clients
 * @attr {string} api - where the API is, `/api` included; `/api` of this page when left out
 * @attr {string} lang - `en`, `de`, `es`, `fr`, `ja`, or a tag such as `de-AT`; the page's language when left out
 * @attr {"light"|"dark"} theme - with a ground of its own; the page's `color-scheme` when left out
 * @attr {string} show - a client's id (with `/` and the id of a secret: and the dialog that rotates it), `new` for the form, `deleted` for those that were, `reminders`, `webhook`, or nothing for the list
 * @fires {CustomEvent} client-created - a client was made: `clientId`, `appId`, `displayName`
 * @fires {CustomEvent} client-renamed - `clientId`, `displayName`
 * @fires {CustomEvent} client-deleted - `clientId`
 * @fires {CustomEvent} client-restored - `clientId`
 * @fires {CustomEvent} client-suspended - `clientId`
 * @fires {CustomEvent} client-resumed - `clientId`
 * @fires {CustomEvent} secret-created - `clientId`, `keyId`, `displayName`, `expiresAt`; never the value
 * @fires {CustomEvent} secret-rescheduled - `clientId`, `keyId`, and `retiresAt` unless it stays
 * @fires {CustomEvent} secret-removed - `clientId`, `keyId`
 * @fires {CustomEvent} view-changed - `show` changed by itself, so that a host page can follow it in its own addresses
 * @fires {CustomEvent} sign-in-needed - the person asks to sign in again
 * @csspart view
 * @csspart title
 * @csspart button
 * @csspart copy
 * @csspart list
 * @csspart row
 * @csspart chip
 * @csspart countdown
 * @csspart facts
 * @csspart form
 * @csspart notice
 * @csspart empty
 * @csspart dialog
 * @csspart secret
 * @csspart choice
 * @csspart undo
 * @csspart watch
 * @csspart calendar
 * @csspart webhook
 * @csspart activity
 * @cssprop --latchkey-font
 * @cssprop --latchkey-mono
 * @cssprop --latchkey-accent
 * @cssprop --latchkey-on-accent
 * @cssprop --latchkey-ground
 * @cssprop --latchkey-surface
 * @cssprop --latchkey-sunken
 * @cssprop --latchkey-text
 * @cssprop --latchkey-muted
 * @cssprop --latchkey-line
 * @cssprop --latchkey-edge
 * @cssprop --latchkey-good
 * @cssprop --latchkey-warn
 * @cssprop --latchkey-bad
 * @cssprop --latchkey-on-bad
 * @cssprop --latchkey-radius
 * @cssprop --latchkey-padding
 */
export class LatchkeyClients extends LatchkeyElement implements LatchkeyClientsElement {
  static override properties: PropertyDeclarations = { show: { type: String } };
  static override styles: CSSResultGroup = [LatchkeyElement.styles, layout, clientsStyles];

  /** A client's id, `new`, `deleted`, `reminders`, `webhook`, or nothing for the list. */
  declare show: string;
  state: ClientsState = emptyState();
  #stopWatching: (() => void) | undefined;
  #pendingTimer: ReturnType<typeof setInterval> | undefined;
  #tellOtherTabs: () => void = () => undefined;
  /** The secret whose rotation is opened as soon as its client has been read. */
  #toRotate: string | undefined;
  readonly #askBeforeLeaving = leavingGuard();
  readonly listHealing = new Healing(this, () => void loadList(this));
  readonly clientHealing = new Healing(this, () => {
    if (isClient(this.show)) void loadClient(this, this.show);
  });

  constructor() {
    super();
    this.show = "";
  }

  set(change: Partial<ClientsState>): void {
    Object.assign(this.state, change);
    this.requestUpdate();
  }

  /** Takes in a client as it is now. */
  put(client: Client): void {
    const { items = [] } = this.state;
    const known = items.some(({ id }) => id === client.id);
    this.set({
      items: known ? items.map((old) => (old.id === client.id ? client : old)) : [client, ...items],
    });
  }

  get opened(): Client | undefined {
    return this.state.items?.find(({ id }) => id === this.show);
  }

  open(show: string): void {
    this.show = show;
    this.fire("view-changed", { show });
    this.focusHeadingNext();
  }

  openDialog(dialog: ClientsDialog): void {
    this.rememberOpener();
    this.set({ dialog, form: new Form() });
    if (isCareDialog(dialog)) void loadCare(this);
  }

  /** Only that form's own dialog: a request that ends late must not close another one. */
  closeDialog(form: Form): void {
    const { dialog, lost } = this.state;
    if (this.state.form !== form) return;
    this.set({ dialog: undefined, form: undefined });
    const left = dialog?.client?.id;
    if (left && lost.some(({ clientId }) => clientId === left)) void loadClient(this, left);
    if (this.state.once.length === 0 && !this.state.care.secret) void this.returnFocus();
  }

  changeOnce(keyId: string, change: Partial<Once>): void {
    this.set({
      once: this.state.once.map((one) =>
        one.secret.keyId === keyId ? { ...one, ...change } : one,
      ),
    });
  }

  /** The value is forgotten with it. */
  closeOnce(keyId: string): void {
    this.set({ once: this.state.once.filter(({ secret }) => secret.keyId !== keyId) });
    if (!this.state.dialog && this.state.once.length === 0) void this.returnFocus();
  }

  /** Secrets whose value nobody here has kept: the client's page says so, and offers to remove them. */
  leaveUnseen(keyIds: readonly string[]): void {
    this.set({ unseen: new Set([...this.state.unseen, ...keyIds]) });
  }

  /** Lets go of every value at once: the page, or the element, goes. */
  #forget(): void {
    const left = this.state.once.filter(({ copied }) => !copied);
    this.leaveUnseen(left.map(({ secret }) => secret.keyId));
    sendAllLeaving(this);
    this.set({ dialog: undefined, form: undefined, once: [], care: {} });
    this.#askBeforeLeaving(false);
  }

  /** Tells the host page what was done, and the person's other tabs that something was. */
  tell(name: string, detail: object): void {
    this.fire(name, detail);
    this.#tellOtherTabs();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const watched = watchPage({
      wakeUp: () => this.refresh(),
      leave: () => this.#forget(),
      ageMs: () => Date.now() - this.state.loadedAt,
    });
    this.#stopWatching = watched.stop;
    this.#tellOtherTabs = watched.tell;
    this.#pendingTimer = setInterval(() => {
      const pending = this.opened?.consent.state === "pending";
      if (pending && document.visibilityState === "visible") void loadClient(this, this.show);
    }, WATCH_PENDING_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
    clearInterval(this.#pendingTimer);
    this.#forget();
  }

  /** Reads again what is on screen. */
  refresh(): void {
    if (!this.getAccessToken) return;
    void loadList(this);
    if (this.opened) void loadClient(this, this.show);
    this.#readBeside();
  }

  /** What no list of clients has. */
  #readBeside(): void {
    if (this.show === DELETED) void loadDeleted(this);
    if (isCare(this.show)) void loadCare(this);
    if (isClient(this.show)) void loadWatch(this, this.show);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("show")) [this.show = "", this.#toRotate] = (this.show || "").split("/");
    // The host page may set its function after the element is there; nothing can be asked before.
    const starts = this.startsReading(changed);
    if (starts) {
      this.refresh();
      void loadAbout(this);
    }
    if (!changed.has("show")) return;
    this.set({
      clientTrouble: undefined,
      etag: undefined,
      activity: undefined,
      watching: undefined,
      // An address or a secret that was shown there is not taken along.
      care: this.state.care.secret ? { secret: this.state.care.secret } : {},
      dialog: undefined,
      form: this.show === NEW ? new Form() : undefined,
    });
    if (!this.getAccessToken) return;
    if (isClient(this.show)) void loadClient(this, this.show);
    if (!starts) this.#readBeside();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { awaited, once, care } = this.state;
    const isUnkept = once.some(({ copied }) => !copied) || care.secret?.copied === false;
    this.#askBeforeLeaving(this.isConnected && (awaited > 0 || isUnkept));
    this.#openRotation();
  }

  #openRotation(): void {
    const client = this.opened;
    if (this.#toRotate === undefined || !client) return;
    const secret = client.secrets.find(({ keyId }) => keyId === this.#toRotate);
    this.#toRotate = undefined;
    if (secret && !secret.retiresAt && !client.suspended)
      this.openDialog({ kind: "rotate-secret", client, secret });
  }

  protected override render(): TemplateResult {
    const now = Date.now();
    const view =
      this.show === NEW
        ? createView(this)
        : this.show === DELETED
          ? deletedView(this)
          : isCare(this.show)
            ? carePage(this, now)
            : this.show
              ? clientView(this, now)
              : listView(this, now);
    return html`<div lang=${this.f.language} part="view">${heldView(this, now)}${view}</div>
      ${clientsDialog(this)}${secretsOnce(this)}${careOnce(this)}
      <p class="hidden" role="status">${this.said}</p>`;
  }
}
