"""What the behaviours share: a client without repeats, so that what is refused is seen at once, and the list of behaviours."""

import os

from azure.servicebus import ServiceBusClient, ServiceBusMessage

CONNECTION = os.environ["SERVICE_BUS"]
BEHAVIOURS = {}


def behaviour(name):
    def add(run):
        BEHAVIOURS[name] = run
        return run

    return add


def connect(connection=CONNECTION):
    return ServiceBusClient.from_connection_string(connection, retry_total=0)


def send(client, queue, *bodies):
    with client.get_queue_sender(queue) as sender:
        sender.send_messages([ServiceBusMessage(body) for body in bodies])


def receiver(client, queue="work", seconds=5, **options):
    return client.get_queue_receiver(queue, max_wait_time=seconds, **options)


def one(receiver):
    messages = receiver.receive_messages(1)
    assert len(messages) == 1, f"{len(messages)} messages"
    return messages[0]


def nothing(receiver):
    # The opening of the link counts, in steps that add up to half a second (docs/decisions/0013).
    messages = receiver.receive_messages(1, max_wait_time=1)
    assert messages == [], [str(message) for message in messages]


def refused(kind, ask):
    try:
        ask()
    except kind as error:
        return error
    raise AssertionError("It was not refused")
