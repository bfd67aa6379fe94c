using System;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using Latchkey;
using Newtonsoft.Json.Linq;

/// <summary>A customer's program, on a client that NSwag has made of the service's OpenAPI document.</summary>
public static class Story
{
    public static async Task Main()
    {
        var http = new HttpClient();
        var token = Environment.GetEnvironmentVariable("TOKEN");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        // NSwag knows one problem of each status; the text of the answer names any.
        var api = new LatchkeyClient(http)
        {
            BaseUrl = Environment.GetEnvironmentVariable("SERVER"),
            ReadResponseAsString = true,
        };

        var key = "csharp-story";
        var wanted = new CreateClientRequest { DisplayName = "C#", Roles = new[] { ClientRole.Api_read } };
        var made = await api.CreateClientAsync(key, wanted);
        var id = made.Result.Id;
        var etag = made.Headers["ETag"].Single();
        Check(made.Result.Roles.Single() == "api.read" && made.Result.Consent.State == "pending", "create");

        await Refused("idempotency-key-reused", 422, () => api.CreateClientAsync(key, new CreateClientRequest { DisplayName = "Other" }));

        var secret = (await api.AddSecretAsync(id, null, null, new AddSecretRequest { DisplayName = "Production" })).Result;
        Check(secret.SecretText != "", "add a secret");

        Check((await api.ListClientsAsync(null, 1, null, null)).Result.Items.Count == 1, "list");

        var rotated = (await api.RotateSecretAsync(id, secret.KeyId, null, null, new RotateSecretRequest())).Result;
        Check(rotated.Replaced.RetiresAt > DateTimeOffset.UtcNow.AddHours(23), "rotate, with the usual grace");
        var later = DateTimeOffset.Now.AddDays(2);
        var moved = (await api.RescheduleSecretAsync(id, secret.KeyId, new RescheduleSecretRequest { RetiresAt = later })).Result;
        Check((moved.RetiresAt - later)?.Duration() < TimeSpan.FromSeconds(1), "move the removal of the old one");
        await Refused("secret-not-found", 404, () => api.GetSecretAsync(id, Guid.NewGuid(), null));

        etag = (await api.GetClientAsync(id, null)).Headers["ETag"].Single();
        await api.RenameClientAsync(id, etag, new RenameClientRequest { DisplayName = "C# 2" });
        await Refused("precondition-failed", 412, () => api.RenameClientAsync(id, etag, new RenameClientRequest { DisplayName = "C# 3" }));

        await api.DeleteClientAsync(id, null);
    }

    private static async Task Refused(string problem, int status, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (ApiException refused)
        {
            Check(refused.StatusCode == status, $"{status}, not {refused.StatusCode}");
            var type = (string)JObject.Parse(refused.Response)["type"];
            Check(type == "/problems/" + problem, $"{problem}, not {type}");
            return;
        }
        throw new InvalidOperationException($"{problem} was expected");
    }

    private static void Check(bool isGood, string what)
    {
        if (!isGood) throw new InvalidOperationException(what);
    }
}
