import java.util.HashMap;
import java.util.Map;

/** Shows one behaviour of Microsoft's SDK on the bus that SERVICE_BUS names: ends with 0 when it is held, and says what was seen else. */
public class Behaviours {
  @FunctionalInterface
  interface Behaviour {
    void show() throws Exception;
  }

  public static void main(String[] args) {
    Map<String, Behaviour> all = new HashMap<>();
    all.putAll(Settling.ALL);
    all.putAll(Receiving.ALL);
    all.putAll(Sending.ALL);
    all.putAll(Entities.ALL);
    var status = 0;
    try {
      all.get(args[0]).show();
    } catch (Exception | AssertionError seen) {
      System.err.println(seen);
      status = 1;
    }
    // The SDK's threads are not waited for.
    System.exit(status);
  }
}
