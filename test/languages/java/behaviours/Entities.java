import static com.azure.messaging.servicebus.ServiceBusFailureReason.*;

import com.azure.messaging.servicebus.*;
import com.azure.messaging.servicebus.administration.models.*;
import java.util.*;

/** What is there, for whom, and what a Standard namespace refuses. */
final class Entities {
  static final Map<String, Behaviours.Behaviour> ALL = Map.of(
      "missing queue, sent to", Entities::missingSent,
      "missing queue, received from", Entities::missingReceived,
      "wrong key", Entities::wrongKey,
      "session", Entities::session,
      "topic with a filter", Entities::topic,
      "rules", Entities::rules,
      "transaction", Entities::transaction);

  static void missingSent() throws Exception {
    Bus.refusedAs(MESSAGING_ENTITY_NOT_FOUND, () -> Bus.send("nowhere", "x"));
  }

  static void missingReceived() throws Exception {
    try (var nowhere = Bus.receiver("nowhere")) {
      Bus.refusedAs(MESSAGING_ENTITY_NOT_FOUND, nowhere::peekMessage);
    }
  }

  static void wrongKey() throws Exception {
    var wrong = Bus.CONNECTION.replace("SharedAccessKey=", "SharedAccessKey=x");
    try (var sender = Bus.client(wrong).sender().queueName("work").buildClient()) {
      Bus.refusedAs(UNAUTHORIZED, () -> sender.sendMessage(new ServiceBusMessage("x")));
    }
  }

  static void session() throws Exception {
    try (var sessions = Bus.client().sessionReceiver().queueName("work").buildClient()) {
      Bus.refusal(() -> sessions.acceptSession("s"));
    }
  }

  static void topic() {
    try (var sender = Bus.client().sender().topicName("events").buildClient()) {
      for (var kind : List.of("a", "z")) {
        var message = new ServiceBusMessage(kind);
        message.getApplicationProperties().put("type", kind);
        sender.sendMessage(message);
      }
    }
    expect("some", "a");
    expect("all", "a", "z");
  }

  private static void expect(String subscription, String... kinds) {
    var builder = Bus.client().receiver().topicName("events").subscriptionName(subscription);
    try (var receiver = builder.disableAutoComplete().buildClient()) {
      for (var kind : kinds) {
        var message = Bus.one(receiver);
        Bus.check(message.getBody().toString().equals(kind), subscription + ": " + message.getBody());
        receiver.complete(message);
      }
      Bus.nothing(receiver);
    }
  }

  static void rules() throws Exception {
    try (var rules = Bus.client().ruleManager().topicName("events").subscriptionName("all").buildClient()) {
      var made = Map.of("sql", new SqlRuleFilter("size > 10"),
          "correlation", new CorrelationRuleFilter("c").setLabel("l"), "none", new FalseRuleFilter());
      made.forEach((name, filter) -> rules.createRule(name, new CreateRuleOptions(filter)));
      var names = new TreeSet<String>();
      rules.listRules().forEach(rule -> names.add(rule.getName()));
      Bus.check(names.equals(new TreeSet<>(List.of("$Default", "correlation", "none", "sql"))), names);
      made.keySet().forEach(rules::deleteRule);
      Bus.refusedAs(MESSAGING_ENTITY_NOT_FOUND, () -> rules.deleteRule("sql"));
      Bus.refusedAs(MESSAGING_ENTITY_ALREADY_EXISTS,
          () -> rules.createRule("$Default", new CreateRuleOptions(new TrueRuleFilter())));
    }
  }

  /** Refused in words, and not by silence. */
  static void transaction() throws Exception {
    try (var sender = Bus.sender("work")) {
      var seen = Bus.refusal(sender::createTransaction);
      Bus.check(!seen.contains("Timeout") && !seen.equals(SERVICE_TIMEOUT.toString()), seen);
    }
  }
}
