import static com.azure.messaging.servicebus.ServiceBusFailureReason.MESSAGE_LOCK_LOST;

import com.azure.messaging.servicebus.*;
import com.azure.messaging.servicebus.models.*;
import java.util.Map;

/** The four settlements, and what is not theirs to settle any more. */
final class Settling {
  private static final long LARGE = (1L << 60) + 1;

  static final Map<String, Behaviours.Behaviour> ALL = Map.of(
      "complete", Settling::complete,
      "abandon", Settling::abandon,
      "defer", Settling::defer,
      "deferred message that is not there", Settling::deferredMissing,
      "dead-letter", Settling::deadLetter,
      "dead-letter a dead letter", Settling::deadLetterTwice,
      "settle twice", Settling::settleTwice,
      "settle when the lock is lost", Settling::lockLost,
      "delivered too often", Settling::maxDelivery);

  static void complete() {
    try (var sender = Bus.sender("work"); var work = Bus.receiver("work")) {
      var sent = new ServiceBusMessage("x").setMessageId("m1");
      sent.getApplicationProperties().put("big", LARGE);
      sender.sendMessage(sent);
      var got = Bus.one(work);
      Bus.check(got.getMessageId().equals("m1"), got.getMessageId());
      Bus.check(got.getApplicationProperties().get("big").equals(LARGE), got.getApplicationProperties());
      work.complete(got);
      Bus.nothing(work);
    }
  }

  static void abandon() {
    Bus.send("work", "x");
    try (var work = Bus.receiver("work")) {
      work.abandon(Bus.one(work), new AbandonOptions().setPropertiesToModify(Map.of("n", LARGE)));
      var got = Bus.one(work);
      Bus.check(got.getApplicationProperties().get("n").equals(LARGE), got.getApplicationProperties());
      Bus.check(got.getDeliveryCount() == 1, got.getDeliveryCount());
      work.complete(got);
    }
  }

  static void defer() {
    Bus.send("work", "x");
    try (var work = Bus.receiver("work")) {
      var message = Bus.one(work);
      work.defer(message);
      var deferred = work.receiveDeferredMessage(message.getSequenceNumber());
      Bus.check(deferred.getBody().toString().equals("x"), deferred.getBody());
      work.complete(deferred);
    }
  }

  static void deferredMissing() throws Exception {
    try (var work = Bus.receiver("work")) {
      Bus.refusedAs(ServiceBusFailureReason.MESSAGE_NOT_FOUND, () -> work.receiveDeferredMessage(99999));
    }
  }

  static void deadLetter() {
    Bus.send("work", "x");
    try (var work = Bus.receiver("work"); var dead = Bus.dead("work")) {
      work.deadLetter(Bus.one(work), new DeadLetterOptions().setDeadLetterReason("R")
          .setDeadLetterErrorDescription("D").setPropertiesToModify(Map.of("n", LARGE)));
      var letter = Bus.one(dead);
      Bus.check("R".equals(letter.getDeadLetterReason()), letter.getDeadLetterReason());
      Bus.check("D".equals(letter.getDeadLetterErrorDescription()), letter.getDeadLetterErrorDescription());
      Bus.check("work".equals(letter.getDeadLetterSource()), letter.getDeadLetterSource());
      Bus.check(letter.getApplicationProperties().get("n").equals(LARGE), letter.getApplicationProperties());
      dead.complete(letter);
    }
  }

  static void deadLetterTwice() throws Exception {
    Bus.send("work", "x");
    try (var work = Bus.receiver("work"); var dead = Bus.dead("work")) {
      work.deadLetter(Bus.one(work));
      var letter = Bus.one(dead);
      Bus.refusal(() -> dead.deadLetter(letter));
    }
  }

  static void settleTwice() throws Exception {
    Bus.send("work", "x");
    try (var work = Bus.receiver("work")) {
      var message = Bus.one(work);
      work.complete(message);
      Bus.refusal(() -> work.complete(message));
    }
  }

  static void lockLost() throws Exception {
    Bus.send("brief", "x");
    try (var brief = Bus.receiver("brief")) {
      var message = Bus.one(brief);
      Thread.sleep(5300);
      Bus.refusedAs(MESSAGE_LOCK_LOST, () -> brief.complete(message));
      Bus.refusedAs(MESSAGE_LOCK_LOST, () -> brief.renewMessageLock(message));
      brief.complete(Bus.one(brief));
    }
  }

  static void maxDelivery() {
    Bus.send("brief", "x");
    try (var brief = Bus.receiver("brief"); var dead = Bus.dead("brief")) {
      for (var times = 0; times < 2; times += 1) brief.abandon(Bus.one(brief));
      var letter = Bus.one(dead);
      Bus.check(letter.getDeadLetterReason().equals("MaxDeliveryCountExceeded"), letter.getDeadLetterReason());
      dead.complete(letter);
    }
  }
}
