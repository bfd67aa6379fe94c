import latchkey.ApiClient;
import latchkey.ApiException;
import latchkey.api.ClientsApi;
import latchkey.api.SecretsApi;
import latchkey.model.*;

/** A customer's program, on a client that openapi-generator has made of the service's OpenAPI document. */
public class Story {
  public static void main(String[] arguments) throws Exception {
    var connection = new ApiClient();
    connection.updateBaseUri(System.getenv("SERVER"));
    connection.setRequestInterceptor(
        request -> request.header("Authorization", "Bearer " + System.getenv("TOKEN")));
    var clients = new ClientsApi(connection);

    var key = "generator-java-story";
    var wanted = new CreateClientRequest().displayName("Java").addRolesItem(ClientRole.API_READ);
    var answer = clients.createClientWithHttpInfo(wanted, key);
    var id = answer.getData().getId();
    var etag = answer.getHeaders().get("etag").get(0);

    var reused = refused(422, () -> clients.createClient(new CreateClientRequest().displayName("Other"), key));
    check(reused.contains("idempotency-key-reused"), "another body under the key");

    var secret = new SecretsApi(connection).addSecret(id, new AddSecretRequest().displayName("Production"), null, null);
    check(!secret.getSecretText().isEmpty(), "add a secret");

    check(clients.listClients(null, 1, null, null).getItems().size() == 1, "list");

    clients.renameClient(id, new RenameClientRequest().displayName("Java 2"), etag);
    var stale = refused(412, () -> clients.renameClient(id, new RenameClientRequest().displayName("Java 3"), etag));
    var problem = connection.getObjectMapper().readValue(stale, PreconditionFailedProblem.class);
    check(problem.getDetail() != null, "a stale ETag");

    clients.deleteClient(id, null);
  }

  interface Call {
    void make() throws ApiException;
  }

  /** @return the problem that answered the call */
  static String refused(int status, Call call) throws ApiException {
    try {
      call.make();
    } catch (ApiException refused) {
      if (refused.getCode() == status) return refused.getResponseBody();
      throw refused;
    }
    throw new IllegalStateException(status + " was expected");
  }

  static void check(boolean isGood, String what) {
    if (!isGood) throw new IllegalStateException(what);
  }
}
