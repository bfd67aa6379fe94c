/** What the bench uses of `oidc-provider`; the package brings no types. */

declare module "oidc-provider" {
  import type { RequestListener } from "node:http";

  export default class Provider {
    constructor(
      issuer: string,
      options: {
        readonly adapter: new (model: string) => object;
        readonly features: Readonly<Record<string, { readonly enabled: boolean }>>;
      },
    );
    callback(): RequestListener;
  }
}
