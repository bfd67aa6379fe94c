import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import * as z from "zod";
import type { components } from "../api/schema.ts";
import { EXIT, Fault } from "../fault.ts";
import { plain, table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand } from "./command.ts";
import { client, EVEN_LAST, evenLast, graceHours, graceOption, lastToo } from "./inputs.ts";
import { keyed } from "./keyed.ts";

type Certificate = components["schemas"]["Certificate"];

const key = z.guid({ error: "must be a key id, as `latchkey certificates list` shows it" });
const NAME = ["--name <name>", "what it is for"] as const;

/** `latchkey certificates …` */
export function addCertificates(program: Command, terminal: Terminal): void {
  const certificates = program.command("certificates").description("certificates of a client");

  addCommand(certificates, terminal, {
    usage: "list <client>",
    about: "names, thumbprints and times",
    input: z.object({ client }),
    run: async ({ api, show }, { client: id }) => {
      const params = { path: { id } };
      const { items } = api.answered(
        await api.call.GET("/api/clients/{id}/certificates", { params }),
      );
      show({ items }, () => (items.length === 0 ? "There is none." : listed(items)));
    },
  });

  addCommand(certificates, terminal, {
    usage: "add <client> <file>",
    about: "the certificate in a PEM file; a private key in it stays here",
    options: [NAME],
    input: z.object({ client, file: z.string(), name: z.string().optional() }),
    run: async ({ api, show }, { client: id, file, name: displayName }) => {
      const certificate = await certificateIn(file);
      const added = api.answered(
        await api.call.POST("/api/clients/{id}/certificates", {
          params: { path: { id }, header: keyed() },
          body: { certificate, ...(displayName !== undefined && { displayName }) },
        }),
      );
      show(added, () => listed([added]));
    },
  });

  addCommand(certificates, terminal, {
    usage: "rotate <client> <key> <file>",
    about: "replace it by the one in a PEM file; the old one goes on working for a while",
    options: [NAME, graceOption("its key leaked")],
    input: z.object({
      client,
      key,
      file: z.string(),
      name: z.string().optional(),
      graceHours,
    }),
    run: async ({ api, show }, { client: id, key: keyId, file, name: displayName, graceHours }) => {
      const certificate = await certificateIn(file);
      const rotated = api.answered(
        await api.call.POST("/api/clients/{id}/certificates/{keyId}/rotate", {
          params: { path: { id, keyId }, header: keyed() },
          body: {
            certificate,
            ...(displayName !== undefined && { displayName }),
            ...(graceHours !== undefined && { graceHours }),
          },
        }),
      );
      show(rotated, () => listed([rotated]));
    },
  });

  addCommand(certificates, terminal, {
    usage: "remove <client> <key>",
    about: "remove it; this cannot be undone",
    options: [EVEN_LAST],
    input: z.object({ client, key, evenLast }),
    run: async ({ api, show }, { client: id, key: keyId, evenLast: even }) => {
      const params = { path: { id, keyId }, query: lastToo(even) };
      api.done(await api.call.DELETE("/api/clients/{id}/certificates/{keyId}", { params }));
      show({ keyId, removed: true }, () => `${keyId} is removed.`);
    },
  });
}

/**
 * The certificate of a PEM file, which most often holds its private key, too: nothing but the certificate leaves this machine.
 *
 * @throws Fault when there is none, or more than one
 */
export async function certificateIn(file: string): Promise<string> {
  let pem: string;
  try {
    pem = await readFile(file, "utf8");
  } catch (cause) {
    throw new Fault(EXIT.usage, `${plain(file)} cannot be read.`, { cause });
  }
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const [certificate] = found;
  if (certificate === undefined || found.length > 1)
    throw new Fault(EXIT.usage, `${plain(file)} must hold one certificate as PEM.`);
  return `${certificate}\n`;
}

const listed = (items: readonly Certificate[]): string =>
  table(
    ["KEY ID", "NAME", "THUMBPRINT", "CREATED", "EXPIRES", "RETIRES"],
    items.map((one) => [
      one.keyId,
      one.displayName,
      one.thumbprint,
      one.createdAt,
      one.expiresAt,
      one.retiresAt ?? "",
    ]),
  );
