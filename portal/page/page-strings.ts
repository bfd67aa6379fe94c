/** The page's own few texts, around the elements. */
const en = {
  skip: "Skip to the content",
  clients: "Clients",
  consents: "Consent requests",
  signIn: "Sign in",
  signOut: "Sign out",
  titles: { customers: "API clients", operators: "Consent requests" },
  welcome: {
    customers: "Keys for your applications",
    operators: "Decide on consent requests",
  },
  pitch: {
    customers:
      "Create clients and secrets for the applications that call our API, and see when an administrator will have consented.",
    operators: "See which clients wait for consent, until when, and decide.",
  },
  other: {
    customers: "For administrators: consent requests",
    operators: "For customers: API clients",
  },
  failed: "Signing in did not work",
  failedDetail:
    "Try again. If it keeps failing, the sign-in settings of this service may be wrong.",
  unconfigured: "Signing in is not set up",
  unconfiguredDetail: "This service has no sign-in settings for this page.",
};

type PageStrings = typeof en;

const de: PageStrings = {
  skip: "Zum Inhalt springen",
  clients: "Clients",
  consents: "Anfragen",
  signIn: "Anmelden",
  signOut: "Abmelden",
  titles: { customers: "API-Clients", operators: "Anfragen um Zustimmung" },
  welcome: {
    customers: "Schlüssel für Ihre Anwendungen",
    operators: "Über Zustimmungen entscheiden",
  },
  pitch: {
    customers:
      "Legen Sie Clients und Geheimnisse für die Anwendungen an, die unsere API aufrufen, und sehen Sie, bis wann zugestimmt wird.",
    operators: "Sehen Sie, welche Clients bis wann auf Zustimmung warten, und entscheiden Sie.",
  },
  other: {
    customers: "Für die Administration: Anfragen um Zustimmung",
    operators: "Für Kundinnen und Kunden: API-Clients",
  },
  failed: "Die Anmeldung hat nicht geklappt",
  failedDetail:
    "Versuchen Sie es erneut. Wenn es so bleibt, stimmen vielleicht die Einstellungen dieses Dienstes nicht.",
  unconfigured: "Die Anmeldung ist nicht eingerichtet",
  unconfiguredDetail: "Dieser Dienst hat für diese Seite keine Einstellungen zum Anmelden.",
};

const wanted = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
const first = wanted.find((tag) => tag === "en" || tag === "de");

/** The first of the reader's languages that is shipped, with its region, so that times look as the reader writes them. */
export const language: string =
  navigator.languages.find((tag) => tag.toLowerCase().startsWith(first ?? "en")) ?? "en";
export const strings: PageStrings = first === "de" ? de : en;
