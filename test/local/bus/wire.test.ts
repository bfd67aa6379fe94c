import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { expect, test } from "vitest";
import * as z from "zod";
import { attempt, request, token } from "./raw.ts";
import { bus, connect, one } from "./with-bus.ts";

const failed = z.object({ error: z.object({ condition: z.string() }) });

test("a link without a token is unauthorized", async () => {
  const local = await bus();
  const connection = attempt(local);
  for (const open of ["open_sender", "open_receiver"] as const) {
    const link = connection[open]("work");
    const event = open === "open_sender" ? "sender_error" : "receiver_error";
    await once(link, event);
    expect(failed.parse({ error: link.error }).error.condition).toBe("amqp:unauthorized-access");
  }
  connection.close();
  await once(connection, "connection_close");
});

test("batch-delete-messages deletes what nobody holds, oldest first", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
  const receiver = client.createReceiver("work");
  const held = await one(receiver);

  const connection = attempt(local);
  await request(connection, "$cbs", token(local, "work"));
  const reply = await request(connection, "work/$management", {
    application_properties: { operation: "com.microsoft:batch-delete-messages" },
    body: { "message-count": 1 },
  });
  connection.close();

  expect(reply).toEqual({ "message-count": 1 });
  const rest = await receiver.peekMessages(10);
  expect(rest.map(({ body }) => body)).toEqual([1, 3]);
  await receiver.completeMessage(held);
});

test("bytes that are no AMQP end their connection and no other", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1 });
  // A proper greeting, then a whole frame of nonsense.
  const frame = Buffer.from([0, 0, 0, 64, 2, 0, 0, 0, ...Buffer.alloc(56, 255)]);
  const garbage = Buffer.concat([Buffer.from("AMQP\0\x01\0\0"), frame]);
  for (const bytes of ["GET / HTTP/1.1\r\n\r\n", garbage]) {
    const socket = connectSocket(local.port, "127.0.0.1").resume();
    socket.write(bytes);
    await once(socket, "close");
  }
  expect((await one(client.createReceiver("work"))).body).toBe(1);
});
