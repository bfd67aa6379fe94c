import json
import os
import sys
import time
import urllib.request

from azure.servicebus import ServiceBusClient
from azure.servicebus.exceptions import ServiceBusError

known = set()  # Ids of events. In earnest a table, written together with what you do; so are the next two.
created = set()  # Clients whose client.created has come.
early = {}  # Of clients whose has not: sequence numbers of what came before it.


def settle(receiver, message):
    try:
        event = json.loads(str(message))
        id, type, subject = event["id"], event["type"], event["subject"]
    except (ValueError, KeyError, TypeError):
        receiver.dead_letter_message(message, reason="Unreadable")
        return
    if type != "client.created" and subject not in created:
        early.setdefault(subject, []).append(message.sequence_number)
        receiver.defer_message(message)
        return
    if id not in known and not hand_on(event):
        receiver.abandon_message(message)
        return
    known.add(id)
    receiver.complete_message(message)
    if type == "client.created":
        created.add(subject)
        numbers = early.pop(subject, [])
        for waiting in receiver.receive_deferred_messages(numbers) if numbers else []:
            settle(receiver, waiting)


def hand_on(event):
    """Your own system. False = not now: the event comes again, up to ten times."""
    try:
        urllib.request.urlopen(os.environ["SINK"], json.dumps(event).encode(), timeout=10)
        return True
    except OSError:
        return False


while True:  # The SDK connects again by itself, but not for ever.
    try:
        with ServiceBusClient.from_connection_string(os.environ["SERVICE_BUS"]) as client:
            with client.get_subscription_receiver("client-events", "all") as receiver:
                for message in receiver:
                    settle(receiver, message)
    except ServiceBusError as error:
        print(error, file=sys.stderr)
        time.sleep(1)
