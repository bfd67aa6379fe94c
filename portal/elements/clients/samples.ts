import type { Client } from "../shared/shapes.ts";

export interface SampleValues extends Pick<Client, "appId" | "tokenEndpoint" | "scope"> {
  readonly secret: string;
  /** What is called with the token. */
  readonly api: string;
}

export interface Sample {
  readonly name: string;
  readonly code: string;
}

/** Ready to run: a token by client credentials, then a call of the API with it, in six languages and no library of anybody's. */
export const samples = (values: SampleValues): readonly Sample[] => [
  { name: "curl", code: curl(values) },
  { name: "PowerShell", code: powerShell(values) },
  { name: "Python", code: python(values) },
  { name: "C#", code: csharp(values) },
  { name: "Node.js", code: node(values) },
  { name: "Java", code: java(values) },
];

const sh = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
const ps = (value: string) => `'${value.replaceAll("'", "''")}'`;
/** A JSON string is a string of JavaScript, Python, C# and Java as well: `\uXXXX` and the short escapes mean the same in each. */
const js = (value: string) => JSON.stringify(value);

const curl = ({ appId, tokenEndpoint, scope, secret, api }: SampleValues) =>
  `TOKEN=$(curl -s ${sh(tokenEndpoint)} \\
  -d grant_type=client_credentials \\
  -d client_id=${appId} \\
  --data-urlencode client_secret=${sh(secret)} \\
  --data-urlencode scope=${sh(scope)} |
  sed -n 's/.*"access_token" *: *"\\([^"]*\\)".*/\\1/p')
curl -s ${sh(api)} -H "Authorization: Bearer $TOKEN"`;

const powerShell = ({ appId, tokenEndpoint, scope, secret, api }: SampleValues) =>
  `$token = (Invoke-RestMethod -Method Post -Uri ${ps(tokenEndpoint)} -Body @{
  grant_type    = 'client_credentials'
  client_id     = ${ps(appId)}
  client_secret = ${ps(secret)}
  scope         = ${ps(scope)}
}).access_token
Invoke-RestMethod -Uri ${ps(api)} -Headers @{ Authorization = "Bearer $token" }`;

const python = ({ appId, tokenEndpoint, scope, secret, api }: SampleValues) =>
  `import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

form = urlencode({
    "grant_type": "client_credentials",
    "client_id": ${js(appId)},
    "client_secret": ${js(secret)},
    "scope": ${js(scope)},
})
with urlopen(${js(tokenEndpoint)}, form.encode()) as answer:
    token = json.load(answer)["access_token"]
call = Request(${js(api)}, headers={"Authorization": f"Bearer {token}"})
with urlopen(call) as answer:
    print(answer.read().decode())`;

const csharp = ({ appId, tokenEndpoint, scope, secret, api }: SampleValues) =>
  `using System.Net.Http.Headers;
using System.Text.Json;

using var http = new HttpClient();
var answer = await http.PostAsync(${js(tokenEndpoint)}, new FormUrlEncodedContent(new Dictionary<string, string>
{
    ["grant_type"] = "client_credentials",
    ["client_id"] = ${js(appId)},
    ["client_secret"] = ${js(secret)},
    ["scope"] = ${js(scope)},
}));
answer.EnsureSuccessStatusCode();
using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
var token = json.RootElement.GetProperty("access_token").GetString();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
Console.WriteLine(await http.GetStringAsync(${js(api)}));`;

const node = ({ appId, tokenEndpoint, scope, secret, api }: SampleValues) =>
  `const answer = await fetch(${js(tokenEndpoint)}, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_id: ${js(appId)},
    client_secret: ${js(secret)},
    scope: ${js(scope)},
  }),
});
const { access_token } = await answer.json();
const call = await fetch(${js(api)}, {
  headers: { Authorization: \`Bearer \${access_token}\` },
});
console.log(await call.text());`;

const java = ({ appId, tokenEndpoint, scope, secret, api }: SampleValues) =>
  `import java.net.URI;
import java.net.URLEncoder;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

public class Call {
  public static void main(String[] args) throws Exception {
    var form = Map.of(
        "grant_type", "client_credentials",
        "client_id", ${js(appId)},
        "client_secret", ${js(secret)},
        "scope", ${js(scope)})
      .entrySet().stream()
      .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
      .collect(Collectors.joining("&"));
    var http = HttpClient.newHttpClient();
    var answer = http.send(HttpRequest.newBuilder(URI.create(${js(tokenEndpoint)}))
      .header("Content-Type", "application/x-www-form-urlencoded")
      .POST(HttpRequest.BodyPublishers.ofString(form)).build(), HttpResponse.BodyHandlers.ofString());
    var token = Pattern.compile("\\"access_token\\"\\\\s*:\\\\s*\\"([^\\"]+)\\"").matcher(answer.body());
    if (!token.find()) throw new IllegalStateException(answer.body());
    System.out.println(http.send(HttpRequest.newBuilder(URI.create(${js(api)}))
      .header("Authorization", "Bearer " + token.group(1)).build(), HttpResponse.BodyHandlers.ofString()).body());
  }
}`;
