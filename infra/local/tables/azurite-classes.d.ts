/** The classes of Azurite that its own `azurite-table` command is made of; the package brings no types. */

declare module "azurite/dist/src/table/TableConfiguration.js" {
  interface TableConfiguration {
    readonly metadataDBPath: string;
  }
  const commonJs: {
    default: new (
      host: string,
      port: number,
      keepAliveTimeoutSeconds: number,
      databaseFile: string,
      enableDebugLog: boolean,
      enableAccessLog: boolean,
      accessLog: undefined,
      debugLogFile: undefined,
      loose: boolean,
      skipApiVersionCheck: boolean,
      certificate: string,
      key: string,
      password: string,
      oauth: undefined,
      disableProductStyleUrl: boolean,
      inMemory: boolean,
    ) => TableConfiguration;
  };
  export default commonJs;
}

declare module "azurite/dist/src/table/TableServer.js" {
  const commonJs: {
    default: new (
      configuration: object,
    ) => {
      start(): Promise<void>;
      close(): Promise<void>;
      getHttpServerAddress(): string;
    };
  };
  export default commonJs;
}

declare module "azurite/dist/src/common/AccountDataStore.js" {
  interface AccountDataStore {
    getAccount(name: string): { readonly name: string; readonly key1: Buffer } | undefined;
  }
  const commonJs: { default: { readonly prototype: AccountDataStore } };
  export default commonJs;
}
