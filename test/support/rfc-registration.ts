/** The examples of RFC 7591 and RFC 7592, as their texts have them. */

const REDIRECTS = ["https://client.example.org/callback", "https://client.example.org/callback2"];
const NAMES = {
  client_name: "My Example Client",
  "client_name#ja-Jpan-JP": "\u30AF\u30E9\u30A4\u30A2\u30F3\u30C8\u540D",
};
const EXTENSION = { example_extension_parameter: "example_value" };
const JWKS_URI = "https://client.example.org/my_public_keys.jwks";
const LOGO = "https://client.example.org/logo.png";

/** RFC 7591, section 3.1: keys at an address. */
export const REQUEST = {
  redirect_uris: REDIRECTS,
  ...NAMES,
  token_endpoint_auth_method: "client_secret_basic",
  logo_uri: LOGO,
  jwks_uri: JWKS_URI,
  ...EXTENSION,
};

/** RFC 7591, section 3.1: keys in the request. */
export const REQUEST_WITH_KEYS = {
  redirect_uris: REDIRECTS,
  ...NAMES,
  token_endpoint_auth_method: "client_secret_basic",
  policy_uri: "https://client.example.org/policy.html",
  jwks: {
    keys: [
      {
        e: "AQAB",
        n: [
          "nj3YJwsLUFl9BmpAbkOswCNVx17Eh9wMO-_AReZwBqfaWFcfG",
          "HrZXsIV2VMCNVNU8Tpb4obUaSXcRcQ-VMsfQPJm9IzgtRdAY8NN8Xb7PEcYyk",
          "lBjvTtuPbpzIaqyiUepzUXNDFuAOOkrIol3WmflPUUgMKULBN0EUd1fpOD70p",
          "RM0rlp_gg_WNUKoW1V-3keYUJoXH9NztEDm_D2MQXj9eGOJJ8yPgGL8PAZMLe",
          "2R7jb9TxOCPDED7tY_TU4nFPlxptw59A42mldEmViXsKQt60s1SLboazxFKve",
          "qXC_jpLUt22OC6GUG63p-REw-ZOr3r845z50wMuzifQrMI9bQ",
        ].join(""),
        kty: "RSA",
      },
    ],
  },
  ...EXTENSION,
};

/** RFC 7591, section 3.1.1: what somebody else says of the client. */
export const REQUEST_WITH_STATEMENT = {
  redirect_uris: REDIRECTS,
  software_statement: [
    "eyJhbGciOiJSUzI1NiJ9.",
    "eyJzb2Z0d2FyZV9pZCI6IjROUkIxLTBYWkFCWkk5RTYtNVNNM1IiLCJjbGll",
    "bnRfbmFtZSI6IkV4YW1wbGUgU3RhdGVtZW50LWJhc2VkIENsaWVudCIsImNs",
    "aWVudF91cmkiOiJodHRwczovL2NsaWVudC5leGFtcGxlLm5ldC8ifQ.",
    "GHfL4QNIrQwL18BSRdE595T9jbzqa06R9BT8w409x9oIcKaZo_mt15riEXHa",
    "zdISUvDIZhtiyNrSHQ8K4TvqWxH6uJgcmoodZdPwmWRIEYbQDLqPNxREtYn0",
    "5X3AR7ia4FRjQ2ojZjk5fJqJdQ-JcfxyhK-P8BAWBd6I2LLA77IG32xtbhxY",
    "fHX7VhuU5ProJO8uvu3Ayv4XRhLZJY4yKfmyjiiKiPNe-Ia4SMy_d_QSWxsk",
    "U5XIQl5Sa2YRPMbDRXttm2TfnZM1xx70DoYi8g6czz-CPGRi4SW_S2RKHIJf",
    "IjoI3zTJ0Y2oe0_EJAiXbL6OyF9S5tKxDXV8JIndSA",
  ].join(""),
  scope: "read write",
  ...EXTENSION,
};

const REGISTERED = {
  client_id: "s6BhdRkqt3",
  client_secret: "cf136dc3c1fc93f31185e5885805d",
  client_id_issued_at: 2893256800,
  client_secret_expires_at: 2893276800,
  ...NAMES,
  redirect_uris: REDIRECTS,
  grant_types: ["authorization_code", "refresh_token"],
  token_endpoint_auth_method: "client_secret_basic",
  logo_uri: LOGO,
  jwks_uri: JWKS_URI,
};

/** RFC 7591, section 3.2.1. */
export const RESPONSE = { ...REGISTERED, ...EXTENSION };

/** RFC 7592, section 3: the same with where and how it is managed. */
export const INFORMATION = {
  registration_access_token: "reg-23410913-abewfq.123483",
  registration_client_uri: "https://server.example.com/register/s6BhdRkqt3",
  ...REGISTERED,
};

/** RFC 7591, section 3.2.2. */
export const ERRORS = [
  {
    error: "invalid_redirect_uri",
    error_description:
      "The redirection URI http://sketchy.example.com is not allowed by this server.",
  },
  {
    error: "invalid_client_metadata",
    error_description:
      "The grant type 'authorization_code' must be registered along with the response type 'code' but found only 'implicit' instead.",
  },
] as const;

/** RFC 7592, section 2.2. */
export const UPDATE = {
  client_id: "s6BhdRkqt3",
  client_secret: "cf136dc3c1fc93f31185e5885805d",
  redirect_uris: ["https://client.example.org/callback", "https://client.example.org/alt"],
  grant_types: ["authorization_code", "refresh_token"],
  token_endpoint_auth_method: "client_secret_basic",
  jwks_uri: JWKS_URI,
  client_name: "My New Example",
  "client_name#fr": "Mon Nouvel Exemple",
  logo_uri: "https://client.example.org/newlogo.png",
  "logo_uri#fr": "https://client.example.org/fr/newlogo.png",
};

/** What belongs to a browser's flow, keys and pages: nothing that a client of `client_credentials` with a secret has. */
const OF_OTHERS =
  /^(redirect_uris|logo_uri|policy_uri|jwks|jwks_uri|example_extension_parameter)(#|$)|#/;

/** An example without what cannot be had here. */
export const withoutOthers = <T extends object>(example: T): Partial<T> => {
  const kept = Object.entries(example).filter(([name]) => !OF_OTHERS.test(name));
  return Object.fromEntries(kept) as Partial<T>;
};
