import { join } from "node:path";
import { readPortalFiles } from "./portal-files.ts";

/** Pages of text that need no script: what a problem means, and what a link in a letter leads to. */

/** Addresses of the portal's files whose look the pages have. */
export interface Look {
  readonly style: string;
  readonly icon: string;
}

/** @param folder where the build put the portal */
export async function lookOf(folder: string): Promise<Look> {
  const paths = [...(await readPortalFiles(join(folder))).keys()];
  const find = (pattern: RegExp): string => {
    const path = paths.find((one) => pattern.test(one));
    if (!path) throw new Error(`The portal was built without ${pattern.source}`);
    return `/${path}`;
  };
  return {
    style: find(/^assets\/page-style-[^/]*\.css$/),
    icon: find(/^assets\/icon-[^/]*\.svg$/),
  };
}

export const PAGE_HEADERS = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** No script at all, and the portal's own style. */
export const pagePolicy = (forms: "'none'" | "'self'"): string =>
  `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action ${forms}; frame-ancestors 'none'`;

export const page = (
  { style, icon }: Look,
  title: string,
  content: string,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Latchkey</title>
<link rel="icon" type="image/svg+xml" href="${icon}">
<link rel="stylesheet" href="${style}">
</head>
<body>
<header>
<div class="bar">
<h1><a class="brand" href="/">Latchkey</a></h1>
</div>
</header>
<main class="article">
${content}
</main>
</body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
