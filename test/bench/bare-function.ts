import { app } from "@azure/functions";

/** The least that a Functions app can be, to hold the service's own start against. */
app.http("bare", {
  route: "api/health/live",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async () => ({ jsonBody: { status: "ok" } }),
});
