import type { Command } from "commander";
import * as z from "zod";
import { keptSignIn } from "../sign-in/kept.ts";
import { openPage } from "../sign-in/open-page.ts";
import { type SignedIn, signInByBrowser, signInByDevice } from "../sign-in/person.ts";
import { findPlace } from "../sign-in/place.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand } from "./command.ts";

/** `latchkey sign-in` and `sign-out`: a person, for all commands that follow. */
export function addSignIn(program: Command, terminal: Terminal): void {
  addCommand(program, terminal, {
    usage: "sign-in",
    about: "sign in as a person, in a browser, for the commands that follow",
    options: [
      ["--device", "on another device, with a code; Azure AD B2C has no such thing"],
      ["--print", "keep nothing: the access token goes to standard output, for LATCHKEY_TOKEN"],
      ["--authority <url>", "where, if the service does not say (or LATCHKEY_SIGN_IN_AUTHORITY)"],
      ["--client-id <id>", "as which application (or LATCHKEY_SIGN_IN_CLIENT_ID)"],
      ["--scope <scopes...>", "for which scopes of the service (or LATCHKEY_SIGN_IN_SCOPE)"],
    ],
    input: z.object({
      device: z.boolean().default(false),
      print: z.boolean().default(false),
      authority: z.string().optional(),
      clientId: z.string().optional(),
      scope: z.array(z.string()).optional(),
    }),
    run: async ({ service, environment, show, say }, { device, print, scope, ...named }) => {
      const place = await findPlace(service, environment, { ...named, scopes: scope });
      const { host } = new URL(place.authority);
      // Said even with --quiet: nobody can sign in who does not see it.
      const ask = terminal.say;
      const signedIn = device
        ? await signInByDevice(place, ask)
        : await signInByBrowser(place, (url) => {
            ask(`Sign in at ${host}, in the browser that opens, or at\n${url}`);
            openPage(url, environment.BROWSER);
          });
      if (print) return show(tokenOf(signedIn), () => signedIn.accessToken);
      const { name, cache } = signedIn;
      await keptSignIn(service, environment).begin({ version: 1, place, name, cache });
      if (environment.LATCHKEY_TOKEN) say("LATCHKEY_TOKEN is set: commands take that token first.");
      show({ name, service: service.href }, () => `${name} is signed in at ${service.host}.`);
    },
  });

  addCommand(program, terminal, {
    usage: "sign-out",
    about: "forget the person who is signed in, here; the browser's own session stays",
    input: z.object({}),
    run: async ({ service, environment, show }) => {
      const signedOut = await keptSignIn(service, environment).forget();
      show({ signedOut }, () =>
        signedOut ? `You are signed out of ${service.host}.` : `Nobody was signed in.`,
      );
    },
  });
}

const tokenOf = ({ accessToken, expiresAt }: SignedIn) => ({
  access_token: accessToken,
  token_type: "Bearer",
  ...(expiresAt && { expires_at: expiresAt.toISOString() }),
});
