/** What is known of what a sink holds. */
export type Held =
  | { readonly kind: "value"; readonly value: string }
  /** `isUnsure`: or it could not be read; whoever was asked does not tell the two apart. */
  | { readonly kind: "nothing"; readonly isUnsure?: boolean }
  /** Of a sink that shows no value: when it was last written to. */
  | { readonly kind: "written"; readonly at: Date };

/** A place from which programs read a client's secret. */
export interface Sink {
  /** Its address, for people and for the name of its secrets; nothing secret is in it. */
  readonly address: string;
  /** @throws Fault when it cannot be said */
  look(): Promise<Held>;
  /**
   * Puts the value in the place of the old one, so that whoever reads meanwhile gets the one or the other.
   *
   * @throws Fault when that failed, or when nobody knows
   */
  write(value: string): Promise<void>;
}
