import { css } from "lit";

/**
 * Colours, shapes and type. Every `--latchkey-*` may be set by the host page; the defaults follow the page's `color-scheme`,
 * and each pair of text and ground has a contrast of at least 4.5.
 */
export const theme = css`
  :host {
    --_font: var(--latchkey-font, Inter, "Segoe UI", system-ui, -apple-system, Roboto, sans-serif);
    --_mono: var(--latchkey-mono, ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, monospace);
    --_accent: var(--latchkey-accent, light-dark(#2954d1, #8eaefc));
    --_on-accent: var(--latchkey-on-accent, light-dark(#fff, #0c1430));
    --_surface: var(--latchkey-surface, light-dark(#fff, #171b23));
    --_ground: var(--latchkey-ground, light-dark(#f6f7fa, #0f1319));
    --_sunken: var(--latchkey-sunken, light-dark(#f4f6fa, #10141b));
    --_text: var(--latchkey-text, light-dark(#161b26, #e8ebf1));
    --_muted: var(--latchkey-muted, light-dark(#566074, #a3adc0));
    --_line: var(--latchkey-line, light-dark(#dfe3eb, #2d3442));
    --_edge: var(--latchkey-edge, light-dark(#7d879a, #727d92));
    --_good: var(--latchkey-good, light-dark(#14693a, #7fd8a4));
    --_warn: var(--latchkey-warn, light-dark(#8a4b00, #f3bd6b));
    --_bad: var(--latchkey-bad, light-dark(#b3261e, #ff9f96));
    --_on-bad: var(--latchkey-on-bad, light-dark(#fff, #33090a));
    --_radius: var(--latchkey-radius, 10px);
    --_tint: 10%;
    display: block;
    container-type: inline-size;
    color: var(--_text);
    font: 400 0.9375rem / 1.5 var(--_font);
    text-align: start;
    /* Every language shipped is written from left to right, also in a page that is not. */
    direction: ltr;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  /* Its texts need the ground they were chosen for: the page's may be of the other scheme. */
  :host(:is([theme="light"], [theme="dark"])) {
    padding: var(--latchkey-padding, 1rem);
    border-radius: var(--_radius);
    background: var(--_ground);
  }
  *,
  *::before {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  ul,
  dl,
  dd,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul {
    list-style: none;
  }
  h2 {
    font-size: 1.5rem;
    line-height: 1.25;
    font-weight: 650;
    letter-spacing: -0.015em;
    overflow-wrap: anywhere;
  }
  h3 {
    font-size: 1.0625rem;
    line-height: 1.35;
    font-weight: 620;
  }
  h2:focus,
  h3:focus {
    outline: none;
  }
  .muted {
    color: var(--_muted);
  }
  .small {
    font-size: 0.8125rem;
  }
  code,
  .mono {
    font: 0.875em / 1.5 var(--_mono);
    overflow-wrap: anywhere;
  }
  time {
    white-space: nowrap;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: no-preference) {
    .pulse {
      animation: pulse 1.6s ease-in-out infinite;
    }
    dialog[open] {
      animation: rise 0.16s ease-out;
    }
  }
  @keyframes pulse {
    50% {
      opacity: 0.45;
    }
  }
  @keyframes rise {
    from {
      opacity: 0;
      translate: 0 6px;
    }
  }
`;
