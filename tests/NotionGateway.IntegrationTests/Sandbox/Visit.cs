using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.Versions;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>A sandbox of a test's own, its clock, and an HTTP client for it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    public const string Home = "5eed0001-0000-4000-8000-000000000001";
    public const string LongPage = "5eed0001-0000-4000-8000-000000000003";
    public const string FirstRow = "5eed0001-0000-4000-8000-000000000011";
    public const string Tasks = "d5d50001-0000-4000-8000-000000000001";
    public const string TaskDatabase = "da7a0001-0000-4000-8000-000000000001";
    public const string Nowhere = "00000000-0000-4000-8000-000000000000";

    private readonly HttpClient _http;

    private Visit(SandboxServer sandbox, FakeTimeProvider clock)
    {
        Sandbox = sandbox;
        Clock = clock;
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = sandbox.BaseUrl };
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public SandboxServer Sandbox { get; }

    public FakeTimeProvider Clock { get; }

    public Connection Demo => Sandbox.Connections["demo"];

    public string Version { get; set; } = NotionVersion.Newest.Text;

    public static async Task<Visit> StartAsync(SandboxOptions? options = null)
    {
        // An arbitrary time, at the beginning of a minute.
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
        return new Visit(await SandboxServer.StartAsync((options ?? new SandboxOptions()) with { TimeProvider = clock }, Stop), clock);
    }

    public Task<Reply> GetAsync(string target, string? token = null) => SendAsync(HttpMethod.Get, target, null, token);

    public Task<Reply> PostAsync(string target, JsonNode? body = null, string? token = null) => SendAsync(HttpMethod.Post, target, body, token);

    public Task<Reply> PatchAsync(string target, JsonNode body) => SendAsync(HttpMethod.Patch, target, body);

    public Task<Reply> PutAsync(string target, JsonNode body) => SendAsync(HttpMethod.Put, target, body);

    public Task<Reply> DeleteAsync(string target) => SendAsync(HttpMethod.Delete, target, null);

    public async Task<Reply> SendAsync(HttpMethod method, string target, JsonNode? body, string? token = null)
    {
        using var content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await SendContentAsync(method, target, content, token);
    }

    public Task<Reply> SendContentAsync(HttpMethod method, string target, HttpContent? content, string? token = null) =>
        SendContentAsync(method, target, content, Bearer(token));

    public async Task<Reply> SendContentAsync(HttpMethod method, string target, HttpContent? content, AuthenticationHeaderValue? authorization)
    {
        using var request = Request(method, target, content, authorization);
        using var response = await _http.SendAsync(request, Stop);
        return new Reply(response.StatusCode, Headers(response), await response.Content.ReadAsByteArrayAsync(Stop));
    }

    /// <summary>The answer as soon as its head is there.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string target, JsonNode? body = null, string? accept = null)
    {
        var content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var request = Request(method, target, content, Bearer());
        request.Headers.TryAddWithoutValidation("Accept", accept ?? "*/*");
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    public Wire Wire() => new(Sandbox.BaseUrl);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Sandbox.DisposeAsync();
    }

    private HttpRequestMessage Request(HttpMethod method, string target, HttpContent? content, AuthenticationHeaderValue? authorization)
    {
        var address = new Uri(
            Sandbox.BaseUrl.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Authorization = authorization;
        if (Version.Length > 0)
        {
            request.Headers.Add("Notion-Version", Version);
        }

        return request;
    }

    private AuthenticationHeaderValue Bearer(string? token = null) => new("Bearer", token ?? Demo.Token);

    private static IReadOnlyList<KeyValuePair<string, string>> Headers(HttpResponseMessage response) =>
    [
        .. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value))),
    ];
}

/// <summary>An answer that came whole.</summary>
internal sealed record Reply(HttpStatusCode StatusCode, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Bytes)
{
    public int Status => (int)StatusCode;

    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonObject Json => JsonNode.Parse(Bytes)!.AsObject();

    public string? Code => (string?)Json["code"];

    public string? Message => (string?)Json["message"];

    public string Id => (string)Json["id"]!;

    public JsonArray Results => Json["results"]!.AsArray();

    public IReadOnlyList<string> All(string header) =>
        [.. Headers.Where(pair => pair.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Value)];

    public string? Header(string name) => All(name) is [var first, ..] ? first : null;

    /// <summary>The JSON that must have come with a 200.</summary>
    public JsonObject Done()
    {
        Assert.True(Status == 200, Text);
        return Json;
    }

    /// <summary>The list that must have come with a 200; the control plane answers with some.</summary>
    public JsonArray List()
    {
        Assert.True(Status == 200, Text);
        return JsonNode.Parse(Bytes)!.AsArray();
    }

    public Reply IsError(int status, string code)
    {
        Assert.True(Status == status, $"{Status}: {Text}");
        Assert.Equal("error", (string?)Json["object"]);
        Assert.Equal(status, (int)Json["status"]!);
        Assert.Equal(code, Code);
        Assert.False(string.IsNullOrEmpty(Message));
        Assert.Equal(Header("x-notion-request-id"), (string?)Json["request_id"]);
        return this;
    }
}
