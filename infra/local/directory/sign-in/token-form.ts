import { Busboy } from "@fastify/busboy";

/** The fields of a token request. */
export type TokenForm = ReadonlyMap<string, string>;

/**
 * Reads a token request as Entra does: urlencoded, multipart, and Microsoft's own curl sample, which sends a multipart
 * body under a header that says urlencoded.
 */
export async function readTokenForm(
  body: Buffer,
  contentType: string | undefined,
): Promise<TokenForm> {
  const boundary = boundaryOf(body, contentType ?? "");
  if (boundary === undefined) return new Map(new URLSearchParams(body.toString("utf8")));
  return new Promise((resolve, reject) => {
    const form = new Map<string, string>();
    const parser = new Busboy({
      headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    });
    parser.on("field", (name, value) => form.set(name, value));
    parser.on("error", reject);
    parser.on("finish", () => resolve(form));
    parser.end(body);
  });
}

function boundaryOf(body: Buffer, contentType: string): string | undefined {
  if (/^multipart\/form-data/i.test(contentType)) {
    const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
    return quoted ?? plain;
  }
  const [, fromBody] =
    /^--([^\r\n]+)\r\nContent-Disposition: form-data/i.exec(body.toString("latin1")) ?? [];
  return fromBody;
}
