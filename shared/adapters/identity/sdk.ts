/** What this service uses of the identity SDK, as a module of its own so that the bundler can load it apart from the rest. */
export {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
} from "@azure/identity";
