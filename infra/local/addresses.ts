/** `.local/cloud.json`: all that a script needs. URLs are absolute and without a closing slash. */
export interface Addresses {
  /** With the `/api` prefix. */
  readonly api: string;
  readonly portal: string;
  /** With the `/v1.0`. */
  readonly graph: string;
  readonly tokenEndpoint: string;
  readonly resourceScope: string;
  /** A connection string. */
  readonly serviceBus: string;
  /** A connection string. */
  readonly tables: string;
  readonly inbox: string;
  readonly demoApi: string;
  readonly faults: string;
  /** The page that shows every state of the elements. */
  readonly states: string;
  readonly users: {
    readonly ann: Customer;
    readonly bob: Customer;
    readonly olga: {
      readonly roles: readonly ["Consent.Approve"];
      readonly accessToken: string;
      /** For Graph, with an administrator's rights. */
      readonly graphToken: string;
    };
  };
}

interface Customer {
  readonly subscription: string;
  readonly accessToken: string;
}
