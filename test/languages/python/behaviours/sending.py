"""What is sent, now or later, and what is too large."""

import datetime

from azure.servicebus import ServiceBusMessage
from azure.servicebus.exceptions import MessageNotFoundError, MessageSizeExceededError, ServiceBusError
from support import behaviour, nothing, one, receiver, refused


def later(**time):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**time)


@behaviour("schedule and call off")
def schedule(client):
    with client.get_queue_sender("work") as sender:
        numbers = sender.schedule_messages([ServiceBusMessage("a"), ServiceBusMessage("b")], later(hours=1))
        assert len(numbers) == 2
        sender.cancel_scheduled_messages(numbers)
        sender.schedule_messages(ServiceBusMessage("soon"), later(seconds=2))
    with receiver(client, seconds=10) as work:
        message = one(work)
        assert str(message) == "soon" and message.scheduled_enqueue_time_utc
        work.complete_message(message)
        nothing(work)


@behaviour("call off twice")
def call_off_twice(client):
    with client.get_queue_sender("work") as sender:
        numbers = sender.schedule_messages(ServiceBusMessage("a"), later(hours=1))
        sender.cancel_scheduled_messages(numbers)
        refused(MessageNotFoundError, lambda: sender.cancel_scheduled_messages(numbers))


@behaviour("batches and sizes")
def batches(client):
    with client.get_queue_sender("work") as sender:
        batch = sender.create_message_batch()
        assert batch.max_size_in_bytes == 262144, batch.max_size_in_bytes
        try:
            while True:
                batch.add_message(ServiceBusMessage("x" * 5000))
        except MessageSizeExceededError:
            pass
        left = len(batch)
        sender.send_messages(batch)
        refused(MessageSizeExceededError, lambda: sender.send_messages(ServiceBusMessage("x" * 300000)))
    with receiver(client, receive_mode="receiveanddelete") as work:
        while left > 0:
            messages = work.receive_messages(100)
            assert messages, f"{left} are missing"
            left -= len(messages)


@behaviour("large message")
def large(client):
    with client.get_queue_sender("work") as sender:
        sender.send_messages(ServiceBusMessage("y" * 250000))
    with receiver(client) as work:
        message = one(work)
        assert len(str(message)) == 250000
        work.complete_message(message)


@behaviour("property that is too large")
def large_property(client):
    message = ServiceBusMessage("x", application_properties={"p": "y" * 40000})
    with client.get_queue_sender("work") as sender:
        refused(ServiceBusError, lambda: sender.send_messages(message))


@behaviour("duplicates")
def duplicates(client):
    with client.get_queue_sender("once") as sender:
        for body in ("1", "2"):
            sender.send_messages(ServiceBusMessage(body, message_id="the same"))
    with receiver(client, "once") as once:
        message = one(once)
        assert str(message) == "1"
        once.complete_message(message)
        nothing(once)
