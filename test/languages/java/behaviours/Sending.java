import com.azure.messaging.servicebus.*;
import java.time.OffsetDateTime;
import java.util.*;

/** What is sent, now or later, and what is too large. */
final class Sending {
  static final Map<String, Behaviours.Behaviour> ALL = Map.of(
      "schedule and call off", Sending::schedule,
      "call off twice", Sending::callOffTwice,
      "batches and sizes", Sending::batches,
      "property that is too large", Sending::largeProperty);

  private static List<Long> schedule(ServiceBusSenderClient sender, long seconds, String... bodies) {
    var messages = Arrays.stream(bodies).map(ServiceBusMessage::new).toList();
    var numbers = new ArrayList<Long>();
    sender.scheduleMessages(messages, OffsetDateTime.now().plusSeconds(seconds)).forEach(numbers::add);
    return numbers;
  }

  static void schedule() {
    try (var sender = Bus.sender("work"); var work = Bus.receiver("work")) {
      var numbers = schedule(sender, 3600, "a", "b");
      Bus.check(numbers.size() == 2, numbers);
      sender.cancelScheduledMessages(numbers);
      schedule(sender, 2, "soon");
      var message = Bus.one(work);
      Bus.check(message.getBody().toString().equals("soon"), message.getBody());
      work.complete(message);
      Bus.nothing(work);
    }
  }

  static void callOffTwice() throws Exception {
    try (var sender = Bus.sender("work")) {
      var numbers = schedule(sender, 3600, "a");
      sender.cancelScheduledMessages(numbers);
      Bus.refusedAs(ServiceBusFailureReason.MESSAGE_NOT_FOUND, () -> sender.cancelScheduledMessages(numbers));
    }
  }

  static void batches() throws Exception {
    try (var sender = Bus.sender("work"); var all = Bus.deleting("work")) {
      var batch = sender.createMessageBatch();
      Bus.check(batch.getMaxSizeInBytes() == 262144, batch.getMaxSizeInBytes());
      while (batch.tryAddMessage(new ServiceBusMessage(new byte[5000]))) continue;
      sender.sendMessages(batch);
      Bus.refusedAs(ServiceBusFailureReason.MESSAGE_SIZE_EXCEEDED,
          () -> sender.sendMessage(new ServiceBusMessage(new byte[300000])));
      sender.sendMessage(new ServiceBusMessage(new byte[250000]));
      for (var left = batch.getCount() + 1; left > 0; ) left -= Bus.some(all, 100).size();
    }
  }

  static void largeProperty() throws Exception {
    try (var sender = Bus.sender("work")) {
      var message = new ServiceBusMessage("x");
      message.getApplicationProperties().put("p", "y".repeat(40000));
      Bus.refusal(() -> sender.sendMessage(message));
    }
  }
}
