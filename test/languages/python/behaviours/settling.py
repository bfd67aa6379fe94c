"""The four settlements, and what is not theirs to settle any more."""

import time

from azure.servicebus import ServiceBusSubQueue
from azure.servicebus.exceptions import (
    MessageAlreadySettled,
    MessageLockLostError,
    MessageNotFoundError,
    ServiceBusError,
)
from support import ServiceBusMessage, behaviour, nothing, one, receiver, refused, send

DEAD = {"sub_queue": ServiceBusSubQueue.DEAD_LETTER}


@behaviour("complete")
def complete(client):
    told = {"a": 1, "f": 1.5, "b": True}
    with client.get_queue_sender("work") as sender:
        sender.send_messages(
            ServiceBusMessage("hi", message_id="m1", application_properties=told, subject="s", reply_to="r")
        )
    with receiver(client) as work:
        message = one(work)
        assert (str(message), message.message_id, message.subject, message.reply_to) == ("hi", "m1", "s", "r")
        shown = {name.decode(): value for name, value in message.application_properties.items()}
        assert shown == told, shown
        assert message.delivery_count == 0 and message.locked_until_utc and message.sequence_number
        work.complete_message(message)
        nothing(work)


@behaviour("abandon")
def abandon(client):
    send(client, "work", "x")
    with receiver(client) as work:
        work.abandon_message(one(work))
        message = one(work)
        assert message.delivery_count == 1, message.delivery_count
        work.complete_message(message)


@behaviour("defer")
def defer(client):
    send(client, "work", "x")
    with receiver(client) as work:
        message = one(work)
        work.defer_message(message)
        nothing(work)
        (deferred,) = work.receive_deferred_messages(message.sequence_number)
        assert str(deferred) == "x"
        work.complete_message(deferred)


@behaviour("deferred message that is not there")
def deferred_missing(client):
    with receiver(client) as work:
        refused(MessageNotFoundError, lambda: work.receive_deferred_messages(99999))


@behaviour("dead-letter")
def dead_letter(client):
    send(client, "work", "x")
    with receiver(client) as work:
        work.dead_letter_message(one(work), reason="R", error_description="D")
    with receiver(client, **DEAD) as dead:
        message = one(dead)
        why = (message.dead_letter_reason, message.dead_letter_error_description, message.dead_letter_source)
        assert why == ("R", "D", "work"), why
        dead.complete_message(message)


@behaviour("dead-letter a dead letter")
def dead_letter_twice(client):
    send(client, "work", "x")
    with receiver(client) as work:
        work.dead_letter_message(one(work))
    with receiver(client, **DEAD) as dead:
        message = one(dead)
        refused(ServiceBusError, lambda: dead.dead_letter_message(message))


@behaviour("settle twice")
def settle_twice(client):
    send(client, "work", "x")
    with receiver(client) as work:
        message = one(work)
        work.complete_message(message)
        refused(MessageAlreadySettled, lambda: work.complete_message(message))


@behaviour("settle when the link is closed")
def settle_after_close(client):
    send(client, "work", "x")
    work = receiver(client)
    message = one(work)
    work.close()
    with receiver(client) as other:
        nothing(other)
    refused(ValueError, lambda: work.complete_message(message))


@behaviour("settle when the lock is lost")
def lock_lost(client):
    send(client, "brief", "x")
    with receiver(client, "brief") as brief:
        message = one(brief)
        time.sleep(5.3)
        refused(MessageLockLostError, lambda: brief.complete_message(message))
    with receiver(client, "brief") as brief:
        message = one(brief)
        assert message.delivery_count == 1, message.delivery_count
        brief.complete_message(message)


@behaviour("delivered too often")
def max_delivery(client):
    send(client, "brief", "x")
    with receiver(client, "brief") as brief:
        for _ in range(2):
            brief.abandon_message(one(brief))
    with receiver(client, "brief", **DEAD) as dead:
        message = one(dead)
        assert message.dead_letter_reason == "MaxDeliveryCountExceeded", message.dead_letter_reason
        dead.complete_message(message)
