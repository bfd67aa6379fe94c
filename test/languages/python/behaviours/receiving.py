"""What a receiver gets, and when."""

import datetime
import threading
import time

from azure.servicebus import AutoLockRenewer, ServiceBusMessage
from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageBodyType
from support import behaviour, connect, nothing, one, receiver, send

MANY = 5000
AT_ONCE = 500


def send_later(seconds, *bodies):
    def later():
        time.sleep(seconds)
        with connect() as client:
            send(client, "work", *bodies)

    thread = threading.Thread(target=later)
    thread.start()
    return thread


def send_many(client):
    with client.get_queue_sender("work") as sender:
        for first in range(0, MANY, AT_ONCE):
            sender.send_messages([ServiceBusMessage(str(first + index)) for index in range(AT_ONCE)])


def complete_all(work, wanted):
    got = 0
    while got < wanted:
        messages = work.receive_messages(AT_ONCE)
        assert messages, f"It stalls after {got}"
        for message in messages:
            work.complete_message(message)
        got += len(messages)


@behaviour("late message")
def late(client):
    with receiver(client, seconds=20) as work:
        sent = send_later(1.5, "late")
        began = time.time()
        work.complete_message(one(work))
        assert time.time() - began < 10, "Nothing woke the receiver"
        sent.join()


@behaviour("late messages, iterated over")
def late_iterated(client):
    with receiver(client, seconds=20) as work:
        sent = send_later(1, "1", "2", "3")
        got = []
        for message in work:
            work.complete_message(message)
            got.append(str(message))
            if len(got) == 3:
                break
        assert got == ["1", "2", "3"], got
        sent.join()


@behaviour("many messages")
def many(client):
    send_many(client)
    with receiver(client, prefetch_count=300) as work:
        complete_all(work, MANY)


@behaviour("many messages beside one that is held")
def many_beside_one(client):
    send_many(client)
    with receiver(client) as work:
        held = one(work)
        complete_all(work, MANY - 1)
        work.complete_message(held)


@behaviour("renew a lock")
def renew(client):
    send(client, "work", "x")
    with receiver(client) as work:
        message = one(work)
        before = message.locked_until_utc
        time.sleep(0.1)
        assert work.renew_message_lock(message) > before
        work.complete_message(message)


@behaviour("renew a lock by itself")
def renew_by_itself(client):
    send(client, "brief", "x")
    with AutoLockRenewer(max_lock_renewal_duration=30) as renewer, receiver(client, "brief") as brief:
        message = one(brief)
        renewer.register(brief, message)
        time.sleep(7)
        brief.complete_message(message)


@behaviour("peek")
def peek(client):
    send(client, "work", "1", "2")
    with receiver(client) as work:
        assert [str(message) for message in work.peek_messages(5)] == ["1", "2"]
        assert work.peek_messages(5) == []
        for _ in range(2):
            work.complete_message(one(work))


@behaviour("receive and delete")
def receive_and_delete(client):
    send(client, "work", "1", "2")
    with receiver(client, receive_mode="receiveanddelete") as work:
        assert [str(one(work)), str(one(work))] == ["1", "2"]
    with receiver(client) as work:
        nothing(work)


@behaviour("time to live")
def time_to_live(client):
    with client.get_queue_sender("work") as sender:
        sender.send_messages(ServiceBusMessage("x", time_to_live=datetime.timedelta(milliseconds=100)))
    time.sleep(0.5)
    with receiver(client) as work:
        nothing(work)


@behaviour("value and sequence bodies")
def bodies(client):
    with client.get_queue_sender("work") as sender:
        sender.send_messages(AmqpAnnotatedMessage(value_body={"a": 1}))
        sender.send_messages(AmqpAnnotatedMessage(sequence_body=[1, "b"]))
    with receiver(client) as work:
        for kind in (AmqpMessageBodyType.VALUE, AmqpMessageBodyType.SEQUENCE):
            message = one(work)
            assert message.body_type == kind, message.body_type
            work.complete_message(message)
