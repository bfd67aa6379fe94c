import { html, nothing, svg } from "lit";
import { expect, test } from "vitest";
import {
  html as ownHtml,
  nothing as ownNothing,
  svg as ownSvg,
} from "../../../portal/elements/shared/templates.ts";

test("templates that are written without Lit are those that Lit writes", () => {
  expect({ ...ownHtml`<p>${1}</p>` }).toEqual({ ...html`<p>${1}</p>` });
  expect({ ...ownSvg`<path d=${"M0 0"} />` }).toEqual({ ...svg`<path d=${"M0 0"} />` });
  expect(ownNothing).toBe(nothing);
});
