/** Yours: however your application gets an access token with the scopes clients.read and clients.write. */
export const getAccessToken = async () => (await fetch("/token")).text();
