import {
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { Form } from "../shared/form.ts";
import { Healing } from "../shared/healing.ts";
import { LatchkeyElement } from "../shared/latchkey-element.ts";
import { layout } from "../shared/layout-styles.ts";
import type { ConsentItem, ShownConsent } from "../shared/shapes.ts";
import { watchPage } from "../shared/watch-page.ts";
import { loadQueue } from "./consents-actions.ts";
import { type ConsentsState, type DialogKind, emptyState, type Shown } from "./consents-state.ts";
import { consentsStyles } from "./consents-styles.ts";
import { customerDialog } from "./customer/customer-dialog.ts";
import { consentsDialog } from "./dialogs.ts";
import { queueView } from "./queue-view.ts";

/** New requests come without anybody doing anything on this page. */
const RELOAD_MS = 30_000;

/**
 * `<latchkey-consents api="…">`: the operators' queue, the most urgent first; with `request="<client id>"` that one request.
 *
 * @tag latchkey-consents
 * @attr {string} api - where the API is, `/api` included; `/api` of this page when left out
 * @attr {string} lang - `en`, `de`, `es`, `fr`, `ja`, or a tag such as `de-AT`; the page's language when left out
 * @attr {"light"|"dark"} theme - with a ground of its own; the page's `color-scheme` when left out
 * @attr {string} request - the id of a client: only its request is shown; the queue when left out
 * @attr {string} customer - a subscription: its clients and activity are shown, where no request is
 * @fires {CustomEvent} view-changed - `show`: the request, `customer`: the subscription that is shown now; both empty for the queue
 * @fires {CustomEvent} consent-granted - `clientId`, `appId`
 * @fires {CustomEvent} consent-rejected - `clientId`, `appId`
 * @fires {CustomEvent} consent-revoked - `clientId`, `appId`
 * @fires {CustomEvent} sign-in-needed - the person asks to sign in again
 * @csspart view
 * @csspart title
 * @csspart button
 * @csspart copy
 * @csspart list
 * @csspart row
 * @csspart row-late
 * @csspart chip
 * @csspart countdown
 * @csspart form
 * @csspart notice
 * @csspart empty
 * @csspart dialog
 * @csspart choice
 * @csspart facts
 * @csspart role
 * @csspart warnings
 * @csspart input
 * @csspart link
 * @csspart stops
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
export class LatchkeyConsents extends LatchkeyElement {
  static override properties: PropertyDeclarations = {
    request: { type: String },
    customer: { type: String },
  };
  static override styles: CSSResultGroup = [LatchkeyElement.styles, layout, consentsStyles];

  /** The id of a client: only its request is shown. Empty: the queue. */
  declare request: string;
  /** A subscription: its clients and what was done to it, where no request is shown. */
  declare customer: string;
  state: ConsentsState = emptyState();
  readonly healing = new Healing(this, () => void loadQueue(this));
  #stopWatching: (() => void) | undefined;
  #tellOtherTabs: () => void = () => undefined;
  #reload: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.request = "";
    this.customer = "";
  }

  set(change: Partial<ConsentsState>): void {
    Object.assign(this.state, change);
    this.requestUpdate();
  }

  show(shown: Shown): void {
    if (shown === this.state.shown) return;
    this.set({ shown, items: undefined, nextCursor: undefined, trouble: undefined });
    void loadQueue(this);
  }

  find(text: string): void {
    if (text === this.state.text) return;
    this.set({ text, items: undefined, nextCursor: undefined, trouble: undefined });
    void loadQueue(this);
  }

  /** Shows one request, or the queue again. Who embeds the element may keep the address bar with it. */
  open(request: string): void {
    this.request = request;
    this.customer = "";
    this.fire("view-changed", { show: request, customer: "" });
    this.focusHeadingNext();
  }

  /** Shows one customer, or the queue again. */
  openCustomer(subscription: string): void {
    this.request = "";
    this.customer = subscription;
    this.fire("view-changed", { show: "", customer: subscription });
    this.focusHeadingNext();
  }

  /** The open dialog tells of its request as it is by now. */
  async renewDialog(clientId: string): Promise<void> {
    const answer = await this.client.call<ConsentItem>("GET", `/admin/consents/${clientId}`);
    const { dialog } = this.state;
    if (answer.ok && dialog?.item.clientId === clientId)
      this.set({ dialog: { ...dialog, item: answer.value } });
  }

  /** Takes in a request as it is now; its subscription is as it was read. A decided one stays where it is until the list is read again, so that nothing jumps. */
  settle(item: ConsentItem): void {
    const before = this.state.items?.find(({ clientId }) => clientId === item.clientId);
    const replaced = this.state.items?.map((old) =>
      old.clientId === item.clientId ? { ...item, ...(old.stops && { stops: old.stops }) } : old,
    );
    this.set({ items: replaced, itemTrouble: undefined });
    const { state } = item.consent;
    if (before?.consent.state === state || state === "pending") return;
    this.fire(`consent-${state}`, { clientId: item.clientId, appId: item.appId });
    this.#tellOtherTabs();
  }

  openDialog(kind: DialogKind, item: ShownConsent): void {
    this.rememberOpener();
    this.set({ dialog: { kind, item }, form: new Form() });
  }

  /** Only that form's own dialog: a decision that ends late must not close another one, with the reason that is typed there. */
  closeDialog(form: Form): void {
    if (this.state.form !== form) return;
    this.set({ dialog: undefined, form: undefined });
    void this.returnFocus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const watched = watchPage({
      wakeUp: () => this.refresh(),
      leave: () => undefined,
      ageMs: () => Date.now() - this.state.loadedAt,
    });
    this.#stopWatching = watched.stop;
    this.#tellOtherTabs = watched.tell;
    this.#reload = setInterval(() => {
      // Not under somebody's hands: a dialog is about one row of what is shown.
      const idle =
        !this.state.dialog &&
        !this.state.customer?.dialog &&
        !this.state.checking &&
        !this.state.nextCursor;
      if (document.visibilityState === "visible" && idle) this.refresh();
    }, RELOAD_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
    clearInterval(this.#reload);
  }

  refresh(): void {
    if (this.getAccessToken) void loadQueue(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // What was shown is another thing's.
    const isOther = changed.has("request") || changed.has("customer");
    if (isOther)
      Object.assign(this.state, {
        items: undefined,
        customer: undefined,
        trouble: undefined,
        run: undefined,
      });
    if (this.startsReading(changed) || isOther) this.refresh();
  }

  protected override render(): TemplateResult {
    return html`<div lang=${this.f.language} part="view">${queueView(this, Date.now())}</div>
      ${consentsDialog(this)}${customerDialog(this)}
      <p class="hidden" role="status">${this.said}</p>`;
  }
}
