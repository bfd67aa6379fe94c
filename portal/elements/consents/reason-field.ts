import type { TemplateResult } from "lit";
import { type Form, field, text } from "../shared/form.ts";

const MAX_REASON = 500;

/** Why an operator takes something away from a customer. */
export const reasonField = (
  form: Form,
  { label, hint }: { readonly label: string; readonly hint: string },
): TemplateResult =>
  field(form, { name: "reason", label, hint, maxLength: MAX_REASON, lines: 3, focus: true });

/** One line of text is what the API takes and what the customer is shown. */
export const reasonOf = (values: FormData): string =>
  text(values, "reason").replaceAll(/\s+/g, " ");
