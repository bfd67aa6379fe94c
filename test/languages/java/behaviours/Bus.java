import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.servicebus.*;
import com.azure.messaging.servicebus.models.*;
import java.time.Duration;
import java.util.List;

/** What the behaviours share: clients without repeats, so that what is refused is seen at once. */
final class Bus {
  static final String CONNECTION = System.getenv("SERVICE_BUS");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  static ServiceBusClientBuilder client() {
    return client(CONNECTION);
  }

  static ServiceBusClientBuilder client(String connection) {
    var once = new AmqpRetryOptions().setMaxRetries(0).setTryTimeout(PATIENCE);
    return new ServiceBusClientBuilder().connectionString(connection).retryOptions(once);
  }

  static ServiceBusSenderClient sender(String queue) {
    return client().sender().queueName(queue).buildClient();
  }

  static ServiceBusReceiverClient receiver(String queue) {
    return receiver(queue, SubQueue.NONE);
  }

  static ServiceBusReceiverClient dead(String queue) {
    return receiver(queue, SubQueue.DEAD_LETTER_QUEUE);
  }

  private static ServiceBusReceiverClient receiver(String queue, SubQueue of) {
    return client().receiver().queueName(queue).subQueue(of).disableAutoComplete()
        .maxAutoLockRenewDuration(Duration.ZERO).buildClient();
  }

  static ServiceBusReceiverClient deleting(String queue) {
    return client().receiver().queueName(queue).receiveMode(ServiceBusReceiveMode.RECEIVE_AND_DELETE).buildClient();
  }

  static void send(String queue, String... bodies) {
    try (var sender = sender(queue)) {
      for (var body : bodies) sender.sendMessage(new ServiceBusMessage(body));
    }
  }

  static List<ServiceBusReceivedMessage> some(ServiceBusReceiverClient receiver, int most) {
    var messages = receiver.receiveMessages(most, PATIENCE).stream().toList();
    check(!messages.isEmpty(), "No message came");
    return messages;
  }

  static ServiceBusReceivedMessage one(ServiceBusReceiverClient receiver) {
    return some(receiver, 1).get(0);
  }

  static void nothing(ServiceBusReceiverClient receiver) {
    check(receiver.receiveMessages(1, Duration.ofSeconds(1)).stream().findAny().isEmpty(), "A message came");
  }

  static void check(boolean held, Object seen) {
    if (!held) throw new AssertionError(seen);
  }

  /** @return what the SDK says of it */
  static String refusal(Behaviours.Behaviour ask) throws Exception {
    try {
      ask.show();
    } catch (ServiceBusException refused) {
      return refused.getReason().toString();
    } catch (RuntimeException refused) {
      return refused.getClass().getSimpleName();
    }
    throw new AssertionError("not refused");
  }

  static void refusedAs(ServiceBusFailureReason reason, Behaviours.Behaviour ask) throws Exception {
    var seen = refusal(ask);
    check(seen.equals(reason.toString()), seen);
  }
}
