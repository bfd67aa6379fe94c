import { isBatch } from "./operation-name.ts";

/** What the table service is told to refuse; nothing by default. */
export interface TableRefusals {
  /** Names of tables that do not exist. */
  readonly missing?: readonly string[] | undefined;
  /** The caller has no role on the storage account (any more). */
  readonly forbidden?: boolean | undefined;
}

export interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";

const errorBody = (code: string, sentence: string): string =>
  JSON.stringify({ "odata.error": { code, message: { lang: "en-US", value: sentence } } });

const direct = (status: number, code: string, sentence: string): Refused => ({
  status,
  headers: { "content-type": JSON_TYPE, "x-ms-error-code": code },
  body: errorBody(code, sentence),
});

const MISSING = "The table specified does not exist.";

/** A transaction is answered with 202 also when its first action is refused: the refusal is in its one part. */
const inBatch = (status: string, code: string, sentence: string): Refused => ({
  status: 202,
  headers: { "content-type": "multipart/mixed; boundary=batchresponse_1" },
  body: [
    "--batchresponse_1",
    "Content-Type: multipart/mixed; boundary=changesetresponse_1",
    "",
    "--changesetresponse_1",
    "Content-Type: application/http",
    "Content-Transfer-Encoding: binary",
    "",
    `HTTP/1.1 ${status}`,
    "DataServiceVersion: 3.0;",
    `Content-Type: ${JSON_TYPE}`,
    "",
    errorBody(code, `0:${sentence}`),
    "--changesetresponse_1--",
    "--batchresponse_1--",
    "",
  ].join("\r\n"),
});

/**
 * @param name of the operation, such as `insert clients`
 * @returns nothing when the operation is let through
 */
export function refusalOf(
  { missing = [], forbidden = false }: TableRefusals,
  name: string,
  path: string,
): Refused | undefined {
  if (forbidden)
    return direct(
      403,
      "AuthorizationPermissionMismatch",
      "This request is not authorized to perform this operation using this permission.",
    );
  const [, table = ""] = name.split(" ");
  if (name === "manage tables" || !missing.includes(table)) return undefined;
  return isBatch(path)
    ? inBatch("404 Not Found", "TableNotFound", MISSING)
    : direct(404, "TableNotFound", MISSING);
}
