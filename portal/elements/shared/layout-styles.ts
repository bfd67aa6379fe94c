import { css } from "lit";

/** Layout of heads, lists and cards; it answers to the element's own width, wherever it is put. */
export const layout = css`
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }
  .stack > section.stack {
    margin-top: 1rem;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem 1.5rem;
    margin-bottom: 1.25rem;
  }
  .stack > .head,
  section > .head {
    margin-bottom: 0;
  }
  .head > h2,
  .head > div:first-child {
    flex: 1 1 16rem;
    min-width: 0;
  }
  .head > .actions {
    flex: 0 1 auto;
  }
  .head h2 + p {
    margin-top: 0.25rem;
  }
  nav {
    margin-bottom: 0.75rem;
  }
  .back {
    min-height: 2rem;
    font-size: 0.875rem;
  }
  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem;
    padding: 1.5rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  form.card {
    max-width: 36rem;
  }
  .card.tight {
    gap: 0.5rem;
    padding: 1rem 1.25rem;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem 0.75rem;
  }
  .sheet-form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.15rem;
  }
  .rows {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: hidden;
  }
  .row {
    display: grid;
    gap: 0.5rem 1.5rem;
    align-items: center;
    padding: 0.85rem 1.25rem;
    min-height: 4.75rem;
  }
  .row + .row {
    border-top: 1px solid var(--_line);
  }
  .cell {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 0.1rem;
    min-width: 0;
  }
  .name {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .id {
    display: inline-flex;
    align-items: center;
    gap: 0.15rem;
    max-width: 100%;
    font-size: 0.875rem;
  }
  .columns {
    display: none;
  }
  .filter {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 1rem;
  }
  .filter input {
    flex: 1 1 14rem;
    max-width: 24rem;
  }
  .order {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    font-weight: 400;
  }
  .order span {
    white-space: nowrap;
  }
  .timeline {
    display: grid;
    gap: 0.85rem;
    margin: 0;
    padding: 0 0 0 1.1rem;
    border-inline-start: 2px solid var(--_line);
    list-style: none;
  }
  .timeline li {
    position: relative;
    overflow-wrap: anywhere;
  }
  .timeline li::before {
    content: "";
    position: absolute;
    inset-inline-start: calc(-1.1rem - 6px);
    top: 0.45rem;
    width: 0.6rem;
    height: 0.6rem;
    border-radius: 50%;
    background: var(--_accent);
  }
  .timeline .failed::before {
    background: var(--_edge);
  }
  .bones i {
    height: 0.8rem;
    width: 65%;
    border-radius: 99px;
    background: var(--_line);
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.75rem;
    padding: 3.5rem 1.5rem;
    border: 1px dashed var(--_edge);
    border-radius: var(--_radius);
    text-align: center;
  }
  .empty p {
    max-width: 32rem;
  }
  .empty button {
    margin-top: 0.75rem;
  }
  .emblem {
    display: grid;
    place-items: center;
    width: 3rem;
    height: 3rem;
    border-radius: 50%;
    background: color-mix(in srgb, var(--_accent) 12%, var(--_surface));
    color: var(--_accent);
    font-size: 1.35rem;
  }
  @container (min-width: 44rem) {
    .row,
    .columns {
      grid-template-columns: minmax(0, 5fr) minmax(0, 3fr) minmax(0, 3fr);
    }
    .columns {
      display: grid;
      gap: 0 1.5rem;
      padding: 0 1.3rem;
      margin-bottom: -0.5rem;
    }
  }
`;
