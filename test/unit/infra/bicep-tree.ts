import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Language, type Node, Parser } from "web-tree-sitter";

/** Bicep files as syntax trees, read by the maintained grammar; the compiler itself is not on every machine. */

const require = createRequire(import.meta.url);
export const INFRA = join(import.meta.dirname, "../../../infra");

export interface BicepResource {
  readonly symbol: string;
  /** `Microsoft.Storage/storageAccounts`, without the version. */
  readonly type: string;
  readonly existing: boolean;
  /** The loop around the body, if there is one. */
  readonly loop: { readonly variable: string; readonly over: Node } | undefined;
  readonly body: Node;
}

export interface BicepFile {
  /** `app/storage.bicep` */
  readonly name: string;
  readonly folder: string;
  readonly text: string;
  readonly root: Node;
  readonly variables: ReadonlyMap<string, Node>;
  readonly parameters: ReadonlySet<string>;
  readonly outputs: ReadonlyMap<string, Node>;
  readonly resources: readonly BicepResource[];
}

let parser: Parser | undefined;

export async function readBicep(path: string): Promise<BicepFile> {
  if (!parser) {
    await Parser.init();
    const grammar = require.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm");
    parser = new Parser().setLanguage(await Language.load(grammar));
  }
  const file = join(INFRA, path);
  const text = readFileSync(file, "utf8");
  const root = parser.parse(text)?.rootNode;
  if (!root) throw new Error(`${path} cannot be read as Bicep`);
  const declared = (kind: string) =>
    root.namedChildren
      .filter((node) => node?.type === kind)
      .flatMap((node) => (node ? [node] : []))
      .map((node) => [node.namedChild(0)?.text ?? "", last(node)] as const);
  return {
    name: path,
    folder: dirname(file),
    text,
    root,
    variables: new Map(declared("variable_declaration")),
    parameters: new Set(declared("parameter_declaration").map(([name]) => name)),
    outputs: new Map(declared("output_declaration")),
    resources: root.namedChildren.flatMap((node) =>
      node?.type === "resource_declaration" ? [resourceOf(node)] : [],
    ),
  };
}

/** Every line at which the grammar stumbled. */
export function syntaxErrors({ name, root }: BicepFile): string[] {
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (node.isError || node.isMissing) found.push(`${name}:${node.startPosition.row + 1}`);
    for (const child of node.children) if (child?.hasError || child?.isMissing) visit(child);
  };
  visit(root);
  return found;
}

export function resourcesOf(file: BicepFile, type: string): BicepResource[] {
  return file.resources.filter((resource) => resource.type === type && !resource.existing);
}

const last = (node: Node): Node => {
  const child = node.namedChild(node.namedChildCount - 1);
  if (!child) throw new Error(`Nothing in ${basename(node.text)}`);
  return child;
};

function resourceOf(node: Node): BicepResource {
  const [symbol, type] = node.namedChildren;
  let body = last(node);
  if (body.type === "if_statement") body = last(body);
  let loop: BicepResource["loop"];
  if (body.type === "for_statement") {
    const variable = body.childForFieldName("initializer");
    const over = body.namedChildren[1];
    if (!variable || !over) throw new Error(`A loop without a variable: ${body.text}`);
    loop = { variable: variable.text, over };
    body = last(body);
    if (body.type === "if_statement") body = last(body);
  }
  return {
    symbol: symbol?.text ?? "",
    type: (type?.text ?? "").replaceAll("'", "").split("@")[0] ?? "",
    existing: node.children.some(
      (child) => child?.type === "existing" || child?.text === "existing",
    ),
    loop,
    body,
  };
}
