import { css } from "lit";

/** A client's facts and secrets, and the one view of a value. */
export const clientsStyles = css`
  .facts {
    display: grid;
    gap: 0.9rem 2rem;
    padding: 0.25rem 1.25rem;
  }
  .facts dt {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .facts dd {
    display: flex;
    align-items: center;
    gap: 0.25rem;
    min-height: 2rem;
  }
  .held {
    position: sticky;
    top: 0.5rem;
    z-index: 1;
    margin-bottom: 1rem;
  }
  .held .line {
    display: flex;
    justify-content: space-between;
  }
  .activity > .stack {
    padding-top: 0.75rem;
  }
  .label {
    font-weight: 560;
    overflow-wrap: anywhere;
  }
  .value {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
  }
  .value code {
    flex: 1 1 16rem;
    min-width: 0;
    padding: 0.55rem 0.8rem;
    border: 1px solid var(--_edge);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_sunken);
    font-size: 0.9375rem;
  }
  .hints {
    display: grid;
    gap: 0.25rem;
  }
  .row > .across {
    grid-column: 1 / -1;
  }
  .snippets {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.4rem;
  }
  summary {
    padding: 0.3rem 0;
    cursor: pointer;
  }
  .code {
    display: flex;
    align-items: flex-start;
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_sunken);
  }
  .code pre {
    flex: 1;
    min-width: 0;
    margin: 0;
    padding: 0.8rem 1rem;
    overflow-x: auto;
    font-size: 0.875rem;
  }
  .code pre code {
    white-space: pre;
  }
  .code button {
    margin: 0.35rem;
  }
  @container (min-width: 44rem) {
    .row:has(> :nth-child(4)) {
      grid-template-columns: minmax(0, 4fr) minmax(0, 3fr) minmax(0, 3fr) auto;
    }
    .end {
      align-items: flex-end;
    }
    .facts {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .facts .long {
      grid-column: 1 / -1;
    }
  }
`;
