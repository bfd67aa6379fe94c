import { badQuery } from "./graph-error.ts";

/**
 * `$select` answers exactly the properties named and what is expanded, without `id` unless asked for; without it, everything.
 * @throws 400 for a name that the type does not have.
 */
export function selectionOf(
  query: URLSearchParams,
  type: string,
): (object: Readonly<Record<string, unknown>>) => Record<string, unknown> {
  const text = query.get("$select");
  if (text === null || text.trim() === "") return (object) => ({ ...object });
  const expanded = query.get("$expand")?.split(",") ?? [];
  const names = [...text.split(","), ...expanded].map((name) => name.trim());
  return (object) => {
    const selected: Record<string, unknown> = {};
    for (const name of names) {
      if (!(name in object)) {
        throw badQuery(
          `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`,
        );
      }
      selected[name] = object[name];
    }
    return selected;
  };
}

/** `@odata.context` of an answer: `…/$metadata#applications(id,appId)/$entity`. */
export function contextOf(
  origin: string,
  set: string,
  query: URLSearchParams,
  single: boolean,
): string {
  const select = query.get("$select");
  const projection = select ? `(${select.replaceAll(" ", "")})` : "";
  return `${origin}/v1.0/$metadata#${set}${projection}${single ? "/$entity" : ""}`;
}
