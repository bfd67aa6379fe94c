import { css } from "lit";

/** Buttons, fields, chips, notices and dialogs. */
export const controls = css`
  button,
  .button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4rem;
    min-height: 2.5rem;
    padding: 0.4rem 0.95rem;
    border: 1px solid var(--_edge);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-weight: 560;
    line-height: 1.25;
    text-decoration: none;
    cursor: pointer;
  }
  button:hover,
  .button:hover {
    background: color-mix(in srgb, var(--_text) 6%, var(--_surface));
  }
  .primary {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
  }
  .primary:hover {
    background: color-mix(in srgb, var(--_text) 14%, var(--_accent));
  }
  .danger {
    color: var(--_bad);
  }
  .danger.primary {
    background: var(--_bad);
    border-color: var(--_bad);
    color: var(--_on-bad);
  }
  .quiet {
    border-color: transparent;
    background: none;
  }
  .link {
    min-height: 0;
    padding: 0.15rem 0;
    border: 0;
    background: none;
    color: var(--_accent);
    text-align: start;
  }
  .link:hover {
    background: none;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .icon {
    min-height: 2rem;
    min-width: 2rem;
    padding: 0.35rem;
    color: var(--_muted);
  }
  button[aria-disabled="true"],
  button[aria-disabled="true"]:hover {
    cursor: default;
    background: var(--_sunken);
    border-color: var(--_line);
    color: var(--_muted);
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  svg {
    width: 1.1em;
    height: 1.1em;
    flex: none;
  }
  label,
  legend {
    display: block;
    padding: 0;
    font-weight: 560;
    overflow-wrap: anywhere;
  }
  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.35rem;
  }
  input:not([type="checkbox"], [type="radio"]),
  select,
  textarea {
    width: 100%;
    min-height: 2.625rem;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--_edge);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
  }
  ::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  [aria-invalid="true"] {
    border-color: var(--_bad);
  }
  .complaint {
    color: var(--_bad);
    font-size: 0.875rem;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: 2.25rem;
    font-weight: 400;
  }
  input[type="checkbox"] {
    width: 1.15rem;
    height: 1.15rem;
    margin: 0;
    accent-color: var(--_accent);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
    padding: 0.1rem 0.6rem;
    border-radius: 99px;
    background: color-mix(in srgb, currentColor var(--_tint), var(--_surface));
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
  }
  .chip::before {
    content: "";
    width: 0.45rem;
    height: 0.45rem;
    border-radius: 50%;
    background: currentColor;
  }
  .good {
    color: var(--_good);
  }
  .warn {
    color: var(--_warn);
  }
  .bad {
    color: var(--_bad);
  }
  .notice {
    display: grid;
    gap: 0.5rem;
    padding: 0.9rem 1.1rem;
    border: 1px solid var(--_line);
    border-inline-start: 4px solid currentColor;
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
  }
  .notice > * {
    color: var(--_text);
  }
  .notice > .muted {
    color: var(--_muted);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
  }
  dialog {
    width: min(34rem, calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    padding: 0;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) + 4px);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: 0 24px 64px rgb(0 0 0 / 0.28);
    text-align: start;
  }
  dialog.wide {
    width: min(44rem, calc(100vw - 2rem));
  }
  dialog::backdrop {
    background: light-dark(rgb(10 14 24 / 0.5), rgb(0 0 0 / 0.72));
  }
  .sheet h3 {
    overflow-wrap: anywhere;
  }
  .sheet {
    display: grid;
    gap: 1.15rem;
    padding: 1.5rem;
    grid-template-columns: minmax(0, 1fr);
  }
  .sheet .actions {
    justify-content: flex-end;
    margin-top: 0.25rem;
  }
`;
