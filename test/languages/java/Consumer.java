import com.azure.json.JsonProviders;
import com.azure.messaging.servicebus.*;
import com.azure.messaging.servicebus.models.DeadLetterOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.*;
import java.util.*;

public class Consumer {
  static final Set<String> known = new HashSet<>(); // Ids of events. In earnest a table, written together with what you do; so are the next two.
  static final Set<String> created = new HashSet<>(); // Clients whose client.created has come.
  static final Map<String, List<Long>> early = new HashMap<>(); // Of clients whose has not: sequence numbers of what came before it.

  public static void main(String[] args) throws InterruptedException {
    while (true) { // The SDK connects again by itself, but not for ever.
      try (var receiver = new ServiceBusClientBuilder().connectionString(System.getenv("SERVICE_BUS"))
          .receiver().topicName("client-events").subscriptionName("all").buildClient()) {
        while (true) for (var message : receiver.receiveMessages(1)) settle(receiver, message);
      } catch (RuntimeException error) {
        System.err.println(error.getMessage());
        Thread.sleep(1000);
      }
    }
  }

  static void settle(ServiceBusReceiverClient receiver, ServiceBusReceivedMessage message) {
    var event = read(message.getBody().toString());
    if (!event.keySet().containsAll(Set.of("id", "type", "subject"))) {
      receiver.deadLetter(message, new DeadLetterOptions().setDeadLetterReason("Unreadable"));
      return;
    }
    var subject = (String) event.get("subject");
    var isCreated = event.get("type").equals("client.created");
    if (!isCreated && !created.contains(subject)) {
      early.computeIfAbsent(subject, any -> new ArrayList<>()).add(message.getSequenceNumber());
      receiver.defer(message);
      return;
    }
    var id = (String) event.get("id");
    if (!known.contains(id) && !handOn(message.getBody().toString())) {
      receiver.abandon(message);
      return;
    }
    known.add(id);
    receiver.complete(message);
    if (!isCreated) return;
    created.add(subject);
    var numbers = early.remove(subject);
    if (numbers == null) return;
    for (var waiting : receiver.receiveDeferredMessageBatch(numbers)) settle(receiver, waiting);
  }

  static Map<String, Object> read(String body) {
    try (var json = JsonProviders.createReader(body)) {
      return json.readMap(reader -> reader.readUntyped());
    } catch (IOException | RuntimeException unreadable) {
      return Map.of();
    }
  }

  /** Your own system. False = not now: the event comes again, up to ten times. */
  static boolean handOn(String event) {
    var request = HttpRequest.newBuilder(URI.create(System.getenv("SINK")))
        .POST(HttpRequest.BodyPublishers.ofString(event)).build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 300;
    } catch (IOException | InterruptedException away) {
      return false;
    }
  }
}
