using System.Security.Cryptography;
using System.Text;
using NotionSandbox.Connections;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>What comes to two webhooks: events of Notion's to one, and only what is not signed with its token to the other.</summary>
internal sealed class PostedEvents(Uri webhooks, Connection connection)
{
    private const string Token = "secret_TheVerificationTokenOfTheObservedGateway00";

    public IEnumerable<(string Name, string Value)> Environment =>
    [
        ("Kestrel__Endpoints__Webhooks__Url", webhooks.GetLeftPart(UriPartial.Authority)),
        ("WEBHOOK_TOKEN", Token),
        .. Webhook("demo"),
        .. Webhook("wrong"),
    ];

    public async Task RunAsync(HttpClient client, TimeSpan span)
    {
        for (var number = 0; number < span.TotalSeconds; number++)
        {
            var body = $$$"""
                {"id":"{{{Guid.NewGuid()}}}","type":"page.content_updated","workspace_id":"{{{connection.WorkspaceId}}}","attempt_number":1,
                "timestamp":"{{{TimeProvider.System.GetUtcNow():O}}}","entity":{"id":"5eed0001-0000-4000-8000-000000000002","type":"page"},"data":{}}
                """;
            await PostAsync(client, "demo", body, Token);
            await PostAsync(client, "wrong", body, "another token");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private static IEnumerable<(string Name, string Value)> Webhook(string name) =>
    [
        ($"Gateway__Webhooks__{name}__Credentials__0", "default"),
        ($"Gateway__Webhooks__{name}__Token__Source", "Environment"),
        ($"Gateway__Webhooks__{name}__Token__Variable", "WEBHOOK_TOKEN"),
    ];

    private async Task PostAsync(HttpClient client, string name, string body, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(webhooks, $"/notion/{name}"));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(body));
        request.Headers.Add("X-Notion-Signature", $"sha256={Convert.ToHexStringLower(signature)}");
        using var response = await client.SendAsync(request);
    }
}
