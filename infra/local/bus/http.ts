import type { Socket } from "node:net";

const REQUEST_LINE = /^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/;
const WHY =
  "Entities are managed by Bicep; this namespace has no management over HTTP, only AMQP 1.0.";
const BODY = `<Error><Code>501</Code><Detail>${WHY}</Detail></Error>`;

/** Who speaks HTTP to the bus, as the SDKs' administration clients do, is told so. To be called before AMQP listens. */
export function refuseHttp(socket: Socket): void {
  socket.once("data", (bytes) => {
    if (!REQUEST_LINE.test(bytes.toString("latin1"))) return;
    const lines = [
      "HTTP/1.1 501 Not Implemented",
      "Content-Type: application/xml",
      `Content-Length: ${BODY.length}`,
      "Connection: close",
    ];
    socket.end(`${lines.join("\r\n")}\r\n\r\n${BODY}`);
  });
}
