import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Secret } from "./add-secret.ts";
import { climbToCertificate } from "./climb-to-certificate.ts";
import { climbToFederation } from "./climb-to-federation.ts";
import type { Client } from "./create-client.ts";
import { keepAsking, type Proof, tokenRequest } from "./keep-asking.ts";

const About = z.object({
  credentials: z.array(z.object({ kind: z.string(), allowed: z.boolean() })),
});

const Secrets = z.object({ items: z.array(z.object({ keyId: z.guid() })) });

/** Whether clients may get what no secret is. B2C's user flows take secrets only. */
export async function mayClimb({ addresses, quietly }: Stage): Promise<boolean> {
  const token = addresses.users.ann.accessToken;
  const { body } = await quietly({ url: `${addresses.api}/about`, as: { who: "ann", token } });
  const { credentials } = About.parse(body);
  return ["certificate", "federated"].every((wanted) =>
    credentials.some(({ kind, allowed }) => kind === wanted && allowed),
  );
}

/**
 * From a shared secret to none: a certificate, a federated credential, and what could leak is taken away. The client asks for
 * tokens all the time, each time with the newest proof that has worked.
 */
export async function climb(stage: Stage, client: Client, secret: Secret): Promise<void> {
  const first: Proof = () => Promise.resolve({ client_secret: secret.secretText });
  const program = keepAsking(stage, client, first);
  const certified = await climbToCertificate(stage, client);
  program.use(certified.proof);
  const federated = await climbToFederation(stage, client);
  program.use(federated);
  await stage.step(
    "What could leak goes",
    "The secrets and the certificate are removed. Nobody holds anything of this client now, and it works on.",
    async () => {
      const { api, users } = stage.addresses;
      const as = { who: "ann", token: users.ann.accessToken };
      const remove = (path: string) =>
        stage.call({ method: "DELETE", url: `${api}/clients/${client.id}/${path}`, as });
      const { body } = await stage.quietly({ url: `${api}/clients/${client.id}/secrets`, as });
      const gone = [await remove(`certificates/${certified.keyId}`)];
      for (const { keyId } of Secrets.parse(body).items)
        gone.push(await remove(`secrets/${keyId}?confirm=last`));
      stage.check(
        "All of them are removed",
        gone.every(({ status }) => status === 204),
      );
      for (const proof of [first, certified.proof]) {
        const form = await tokenRequest(client, proof);
        const { status } = await stage.quietly({
          method: "POST",
          url: client.tokenEndpoint,
          form,
        });
        stage.check("The token endpoint refuses it", status === 401);
      }
      const { asked, refused } = await program.stop();
      stage.show("Meanwhile the client asked for tokens", { times: asked, refused });
      stage.check("It was never without one", asked > 0 && refused === 0);
    },
  );
}
