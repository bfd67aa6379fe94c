/**
 * The ports of the local cloud. Each can be set in the environment; `0` takes any free one.
 *
 * | variable | what listens | default |
 * |---|---|---|
 * | `PORT_API` | the Functions host: API and portal | 7071 |
 * | `PORT_BUS` | Service Bus, AMQP 1.0 | 5672 |
 * | `PORT_DIRECTORY` | the directory over http, for people's `curl` | 7081 |
 * | `PORT_DIRECTORY_HTTPS` | the directory over https, for the service | 7082 |
 * | `PORT_TABLES` | Table Storage | 10002 |
 * | `PORT_INBOX` | the inbox for alerts | 7083 |
 * | `PORT_DEMO_API` | the protected demo API | 7084 |
 * | `PORT_FAULTS` | the switchboard for faults | 7085 |
 * | `PORT_STATES` | every state of the elements | 7086 |
 */
const PORTS = {
  api: { variable: "PORT_API", port: 7071, wantedBy: "the Functions host" },
  bus: { variable: "PORT_BUS", port: 5672, wantedBy: "the Service Bus" },
  directory: { variable: "PORT_DIRECTORY", port: 7081, wantedBy: "the directory (http)" },
  directoryHttps: {
    variable: "PORT_DIRECTORY_HTTPS",
    port: 7082,
    wantedBy: "the directory (https)",
  },
  tables: { variable: "PORT_TABLES", port: 10002, wantedBy: "Table Storage" },
  inbox: { variable: "PORT_INBOX", port: 7083, wantedBy: "the inbox" },
  demoApi: { variable: "PORT_DEMO_API", port: 7084, wantedBy: "the demo API" },
  faults: { variable: "PORT_FAULTS", port: 7085, wantedBy: "the fault switchboard" },
  states: { variable: "PORT_STATES", port: 7086, wantedBy: "the page of states" },
} as const;

type PortName = keyof typeof PORTS;
export type Ports = Readonly<Record<PortName, number>>;

/** @throws on a value that is no port. */
export function readPorts(environment: Readonly<Record<string, string | undefined>>): Ports {
  const entries = Object.entries(PORTS).map(([name, { variable, port }]) => {
    const text = environment[variable] ?? String(port);
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > 65_535) {
      throw new Error(`${variable} must be a port between 0 and 65535, not '${text}'.`);
    }
    return [name, value];
  });
  return Object.fromEntries(entries) as Ports;
}

export const anyFreePorts: Ports = readPorts(
  Object.fromEntries(Object.values(PORTS).map(({ variable }) => [variable, "0"])),
);

/** Turns "address in use" into the one sentence that helps; any other error stays as it is. */
export function explainBusyPort(error: unknown, ports: Ports): unknown {
  if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) return error;
  const taken = "port" in error ? Number(error.port) : Number.NaN;
  for (const [name, { variable, wantedBy }] of Object.entries(PORTS)) {
    if (ports[name as PortName] === taken) {
      return new Error(
        `Port ${taken} is in use, and ${wantedBy} wants it: free it, or choose another with ${variable} (0 takes any free one).`,
        { cause: error },
      );
    }
  }
  return error;
}
