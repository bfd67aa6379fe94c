import {
  type CSSResultGroup,
  LitElement,
  type PropertyDeclarations,
  type PropertyValues,
} from "lit";
import { inLanguage, isReady, languageOf, makeTexts, ready } from "../texts/languages.ts";
import type { Msg, One } from "../texts/msg.ts";
import { type Texts, texts } from "../texts/texts.ts";
import { type ApiClient, apiClient, type GetAccessToken } from "./api-client.ts";
import { checkIntegration } from "./check-integration.ts";
import { controls } from "./control-styles.ts";
import { type Format, formatFor } from "./format.ts";
import { theme } from "./styles.ts";
import { Ticker } from "./ticker.ts";

const COPIED_MS = 2_000;
const textsIn = inLanguage(texts);

/** What both elements share: the host page's attributes, language, focus, dialogs, announcements and copying. */
export abstract class LatchkeyElement extends LitElement {
  static override properties: PropertyDeclarations = {
    api: { type: String },
    lang: { type: String, reflect: false },
    getAccessToken: { attribute: false },
    copied: { state: true },
    refusedCopy: { state: true },
    said: { state: true },
  };
  static override styles: CSSResultGroup = [theme, controls];

  /** Where the API is, `/api` included. */
  declare api: string;
  declare getAccessToken: GetAccessToken | undefined;
  /** Which copy button has just worked. */
  declare copied: string;
  /** What the browser would not put on the clipboard. */
  declare refusedCopy: string;
  /** What a screen reader is to be told. */
  declare said: string;

  readonly client: ApiClient = apiClient(() => ({
    api: this.api,
    getAccessToken: this.getAccessToken,
  }));
  readonly ticker = new Ticker(this);
  #opener: HTMLElement | undefined;
  #copiedTimer: ReturnType<typeof setTimeout> | undefined;
  #focusHeading = false;
  #unchecked: (() => void) | undefined;

  constructor() {
    super();
    this.api = "/api";
    this.copied = "";
    this.refusedCopy = "";
    this.said = "";
  }

  /** The element's own `lang`, else the page's around it, else the browser's. */
  get language(): string {
    const around = this.closest<HTMLElement>("[lang]")?.lang || document.documentElement.lang;
    return this.lang || around || navigator.language || "en";
  }
  get t(): Texts {
    return textsIn(this.language);
  }
  /** The texts of a part that was loaded later, in the same language. */
  makeTexts<T>(make: (msg: Msg, one: One) => T): T {
    return makeTexts(this.language, make);
  }
  get f(): Format {
    // Words and times in one language, also where the texts are not shipped in the reader's.
    const shown = languageOf(this.language);
    return formatFor(this.language.toLowerCase().split("-")[0] === shown ? this.language : shown);
  }

  /**
   * Whether there is now somebody to ask with, or somewhere else to ask. Another function is no reason to read again: many
   * frameworks make a new one each time they render.
   */
  protected startsReading(changed: PropertyValues): boolean {
    const first = changed.has("getAccessToken") && !changed.get("getAccessToken");
    return this.getAccessToken !== undefined && (first || changed.has("api"));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unchecked = checkIntegration(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unchecked?.();
  }

  /** Tells the host page; `detail` never carries a secret's value. */
  fire(name: string, detail: object = {}): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  announce(sentence: string): void {
    this.said = sentence;
  }

  /** Moves the reader to the heading of what has just replaced the view. */
  focusHeadingNext(): void {
    this.#focusHeading = true;
    this.requestUpdate();
  }

  rememberOpener(): void {
    const active = this.shadowRoot?.activeElement;
    this.#opener = active instanceof HTMLElement ? active : undefined;
  }

  /** Back to the control that opened the dialog, or to the heading when that has gone. */
  async returnFocus(): Promise<void> {
    const opener = this.#opener;
    this.#opener = undefined;
    await this.updateComplete;
    if (opener?.isConnected) opener.focus();
    else this.shadowRoot?.querySelector<HTMLElement>("[data-heading]")?.focus();
  }

  /** @returns false when the browser does not allow it; the text is then selected for the person to copy. */
  async copy(what: string, value: string): Promise<boolean> {
    clearTimeout(this.#copiedTimer);
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      const shown = this.shadowRoot?.querySelector(`[data-copy="${what}"]`);
      if (shown) getSelection()?.selectAllChildren(shown);
      this.refusedCopy = what;
      this.announce(this.t.copyFailed);
      return false;
    }
    this.copied = what;
    this.refusedCopy = "";
    this.announce(this.t.copied);
    this.#copiedTimer = setTimeout(() => {
      this.copied = "";
      this.said = "";
    }, COPIED_MS);
    return true;
  }

  /** The first rendering waits for the language, so that nobody sees it change. */
  protected override async scheduleUpdate(): Promise<void> {
    if (!isReady(this.language)) await ready(this.language);
    await super.scheduleUpdate();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    for (const dialog of this.shadowRoot?.querySelectorAll("dialog:not([open])") ?? []) {
      if (dialog instanceof HTMLDialogElement) dialog.showModal();
    }
    if (!this.#focusHeading) return;
    const heading = this.shadowRoot?.querySelector<HTMLElement>("[data-heading]");
    if (!heading) return;
    this.#focusHeading = false;
    heading.focus();
  }
}
