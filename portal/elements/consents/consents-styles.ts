import { css } from "lit";

export const consentsStyles = css`
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    margin-bottom: 1rem;
  }
  .choices button {
    min-height: 2.25rem;
    border-radius: 99px;
  }
  .choices [aria-pressed="true"] {
    border-color: var(--_accent);
    background: color-mix(in srgb, var(--_accent) 12%, var(--_surface));
    color: var(--_accent);
  }
  .row {
    padding-block: 1.1rem;
  }
  .cell > *,
  .card > * {
    overflow-wrap: anywhere;
    max-width: 100%;
  }
  .errors {
    display: grid;
    gap: 0.15rem;
    padding-inline-start: 1rem;
    list-style: disc;
  }
  progress {
    width: min(24rem, 100%);
    accent-color: var(--_accent);
  }
  .deleted > .stack {
    padding-top: 0.75rem;
  }
  .late {
    box-shadow: inset 3px 0 0 var(--_bad);
  }
  .facts {
    display: grid;
    gap: 0.2rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .facts p,
  .warnings {
    margin: 0;
  }
  .warnings {
    padding-inline-start: 1.1rem;
  }
  .role {
    display: inline-block;
    margin-inline-end: 0.75rem;
  }
  .role.high {
    font-weight: 600;
  }
  .search {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
    margin-bottom: 1rem;
  }
  .search input {
    flex: 1 1 12rem;
    min-width: 0;
    max-width: 24rem;
  }
  .link {
    min-height: 1.5rem;
    padding: 0;
    border: 0;
    background: none;
    color: var(--_accent);
    font-weight: 600;
    text-align: start;
    text-decoration: underline;
  }
  .across {
    grid-column: 1 / -1;
    margin-top: 0.35rem;
  }
`;
