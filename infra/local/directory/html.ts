/** Text made safe for HTML content and quoted attributes. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
button { font: inherit; padding: .5rem 1rem; min-height: 2.75rem; cursor: pointer; }
ul.people { list-style: none; padding: 0; display: grid; gap: .75rem; max-width: 28rem; }
ul.people button { width: 100%; text-align: start; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .5rem; border-bottom: 1px solid GrayText; vertical-align: top; }
code { overflow-wrap: anywhere; }
form { display: inline; }
.scroll { overflow-x: auto; }
`;

/** A whole page: no script, no asset from elsewhere. `main` is HTML, already escaped. */
export const htmlPage = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${main}
</main>
</body>
</html>
`;
