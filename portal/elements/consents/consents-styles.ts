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
  .late {
    box-shadow: inset 3px 0 0 var(--_bad);
  }
  .across {
    grid-column: 1 / -1;
    margin-top: 0.35rem;
  }
`;
