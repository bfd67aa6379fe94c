/** Where one kind of person signs in, as the service's settings say. */
export interface SignInConfig {
  readonly clientId: string;
  readonly authority: string;
  readonly scopes: readonly string[];
  /** The authority's discovery document, where a browser cannot read it there. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export type Audience = "customers" | "operators";
export type PortalConfig = Partial<Readonly<Record<Audience, SignInConfig>>>;

export async function readConfig(): Promise<PortalConfig> {
  const response = await fetch("/portal-config.json");
  if (!response.ok) throw new Error(`The portal's configuration answered ${response.status}`);
  return response.json();
}
