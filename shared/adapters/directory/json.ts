import { type Client, type GraphRequest, ResponseType } from "@microsoft/microsoft-graph-client";

/**
 * A request whose every answer is read as JSON. Left to itself the Graph client goes by the content type, and hands on an HTML
 * page as a stream that nobody reads: the connection then stays taken.
 */
export const json = (client: Client, path: string): GraphRequest =>
  client.api(path).responseType(ResponseType.JSON);
