import { svg, type TemplateResult } from "lit";

/** Line icons, drawn for this page; decoration only, so hidden from screen readers. */
const icon = (shape: TemplateResult<2>) =>
  svg`<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;

export const copyIcon = icon(
  svg`<rect x="7" y="7" width="9.5" height="9.5" rx="2"/><path d="M13 4.5A1.5 1.5 0 0 0 11.5 3h-7A1.5 1.5 0 0 0 3 4.5v7A1.5 1.5 0 0 0 4.5 13"/>`,
);
export const checkIcon = icon(svg`<path d="m4 10.5 4 4 8-9"/>`);
export const plusIcon = icon(svg`<path d="M10 4v12M4 10h12"/>`);
export const backIcon = icon(svg`<path d="M12 4.5 6.5 10l5.5 5.5"/>`);
export const outIcon = icon(svg`<path d="M8 4H4.5v11.5H16V12M11.5 3.5h5v5M16 4l-7 7"/>`);
export const keyIcon = icon(
  svg`<circle cx="6.8" cy="13.2" r="3.8"/><path d="m9.6 10.4 6.9-6.9M13.4 6.6l2.4 2.4"/>`,
);
export const clockIcon = icon(svg`<circle cx="10" cy="10" r="7"/><path d="M10 6v4.2l2.6 1.8"/>`);
