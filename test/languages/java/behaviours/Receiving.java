import com.azure.messaging.servicebus.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;

/** What a receiver gets, and when. */
final class Receiving {
  private static final int MANY = 5000;
  private static final int AT_ONCE = 500;
  /** Of many more the SDK says that they are not processed fast enough, and closes its link. */
  private static final int TAKEN_AT_ONCE = 100;

  static final Map<String, Behaviours.Behaviour> ALL = Map.of(
      "late message", Receiving::late,
      "many messages", Receiving::many,
      "renew a lock", Receiving::renew,
      "peek", Receiving::peek,
      "processor", Receiving::processor);

  static void late() {
    try (var work = Bus.receiver("work")) {
      CompletableFuture.runAsync(
          () -> Bus.send("work", "late"), CompletableFuture.delayedExecutor(1500, TimeUnit.MILLISECONDS));
      work.complete(Bus.one(work));
    }
  }

  static void many() {
    try (var sender = Bus.sender("work"); var work = Bus.receiver("work")) {
      for (var sent = 0; sent < MANY; sent += AT_ONCE)
        sender.sendMessages(Collections.nCopies(AT_ONCE, 0).stream().map(i -> new ServiceBusMessage("m")).toList());
      for (var got = 0; got < MANY; ) {
        var messages = work.receiveMessages(TAKEN_AT_ONCE, Duration.ofSeconds(10)).stream().toList();
        Bus.check(!messages.isEmpty(), "It stalls after " + got);
        messages.forEach(work::complete);
        got += messages.size();
      }
    }
  }

  static void renew() throws InterruptedException {
    Bus.send("work", "x");
    try (var work = Bus.receiver("work")) {
      var message = Bus.one(work);
      var before = message.getLockedUntil();
      Thread.sleep(50);
      var after = work.renewMessageLock(message);
      Bus.check(after.isAfter(before), after);
      work.complete(message);
    }
  }

  static void peek() {
    Bus.send("work", "1", "2");
    try (var work = Bus.receiver("work")) {
      for (var wanted : List.of(2L, 0L)) {
        var seen = work.peekMessages(5).stream().count();
        Bus.check(seen == wanted, seen);
      }
      for (var times = 0; times < 2; times += 1) work.complete(Bus.one(work));
    }
  }

  static void processor() throws InterruptedException {
    var came = new LinkedBlockingQueue<String>();
    var errors = new ConcurrentLinkedQueue<String>();
    var processor = Bus.client().processor().queueName("work").maxConcurrentCalls(2)
        .processMessage(context -> came.add(context.getMessage().getBody().toString()))
        .processError(context -> errors.add(String.valueOf(context.getException())))
        .buildProcessorClient();
    processor.start();
    Bus.send("work", "1", "2", "3");
    var got = new TreeSet<String>();
    for (var times = 0; times < 3; times += 1) got.add(String.valueOf(came.poll(10, TimeUnit.SECONDS)));
    processor.close();
    Bus.check(got.equals(Set.of("1", "2", "3")), got + " " + errors);
  }
}
