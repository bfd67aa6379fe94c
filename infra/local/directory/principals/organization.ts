import type { Directory } from "../directory.ts";
import type { GraphCall, GraphReply, GraphRoute } from "../graph/graph-call.ts";

/** `/organization`: the tenant's own object, by which a set-up script learns where it is. */
export function organizationRoutes(directory: Directory): GraphRoute[] {
  const list = (call: GraphCall): GraphReply => {
    const domain = `${directory.identity.tenantName}.onmicrosoft.com`;
    return {
      status: 200,
      body: {
        "@odata.context": `${call.origin}/v1.0/$metadata#organization`,
        value: [
          {
            id: directory.identity.tenantId,
            displayName: "Latchkey local tenant",
            tenantType: directory.flavour === "b2c" ? "AAD B2C" : "CIAM",
            verifiedDomains: [
              {
                capabilities: "Email",
                isDefault: true,
                isInitial: true,
                name: domain,
                type: "Managed",
              },
            ],
          },
        ],
      },
    };
  };
  return [{ method: "GET", template: "/organization", handle: list }];
}
