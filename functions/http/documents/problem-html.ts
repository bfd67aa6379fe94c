import { exampleProblem } from "../../edge/problem-example.ts";
import { helperSentences, problemHelp } from "../../edge/problem-help.ts";
import { type ProblemType, problemTypes } from "../../edge/problem-types.ts";
import { escaped, type Look, page } from "./plain-page.ts";

const types = Object.keys(problemTypes) as ProblemType[];

/** Every problem, with a link to its page. */
export const indexPage = (look: Look): string =>
  page(
    look,
    "Problems",
    `<h2>What the API may answer instead of doing its work</h2>
<ul>
${types.map((type) => `<li><a href="/problems/${type}">${escaped(problemTypes[type].title)}</a> <span class="muted">${problemTypes[type].status}</span></li>`).join("\n")}
</ul>`,
  );

export function problemPage(look: Look, type: ProblemType, support: string | undefined): string {
  const { status, title } = problemTypes[type];
  const { happened, todo, helper } = problemHelp[type];
  const example = JSON.stringify(exampleProblem(type).body, undefined, 2);
  const contact = support === undefined ? "" : ` <a href="${escaped(support)}">Ask for help</a>`;
  return page(
    look,
    title,
    `<p class="muted">${status} · <code>${type}</code></p>
<h2>${escaped(title)}</h2>
<h3>What happened</h3>
<p>${prose(happened)}</p>
<h3>What to do</h3>
<p>${prose(todo)}</p>
<h3>Who can help</h3>
<p>${prose(helperSentences[helper])}${contact}</p>
<h3>An example</h3>
<pre tabindex="0" aria-label="The example"><code>${escaped(example)}</code></pre>
<p><a href="/problems">All problems</a></p>`,
  );
}

/** A sentence of ours, in which names of the API stand between backticks. */
const prose = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
