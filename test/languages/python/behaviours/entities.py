"""What is there, for whom, and what a Standard namespace refuses."""

import re

from azure.servicebus import ServiceBusMessage
from azure.servicebus.exceptions import ServiceBusAuthenticationError, ServiceBusError
from support import CONNECTION, behaviour, connect, one, receiver, refused, send


# Of a missing entity this SDK says that one may not use it: azure/servicebus/exceptions.py maps `amqp:not-found` so.
@behaviour("missing queue, sent to")
def missing_sent(client):
    refused(ServiceBusAuthenticationError, lambda: send(client, "nowhere", "x"))


@behaviour("missing queue, received from")
def missing_received(client):
    def ask():
        with receiver(client, "nowhere") as nowhere:
            nowhere.receive_messages(1)

    refused(ServiceBusAuthenticationError, ask)


@behaviour("wrong key")
def wrong_key(_):
    def ask():
        with connect(re.sub("SharedAccessKey=[^;]+", "SharedAccessKey=eHh4", CONNECTION)) as stranger:
            send(stranger, "work", "x")

    refused(ServiceBusAuthenticationError, ask)


@behaviour("session")
def session(client):
    def ask():
        with receiver(client, session_id="s") as work:
            work.receive_messages(1)

    refused(ServiceBusError, ask)


@behaviour("topic with a filter")
def topic(client):
    with client.get_topic_sender("events") as sender:
        for kind in ("a", "z"):
            sender.send_messages(ServiceBusMessage(kind, application_properties={"type": kind}))
    for subscription, wanted in (("some", ["a"]), ("all", ["a", "z"])):
        with client.get_subscription_receiver("events", subscription, max_wait_time=2) as events:
            got = []
            for message in events:
                got.append(str(message))
                events.complete_message(message)
            assert got == wanted, (subscription, got)


@behaviour("receive from a topic")
def receive_from_topic(client):
    def ask():
        with receiver(client, "events") as events:
            one(events)

    refused(ServiceBusError, ask)


@behaviour("send to a subscription")
def send_to_subscription(client):
    refused(ServiceBusError, lambda: send(client, "events/Subscriptions/all", "x"))
