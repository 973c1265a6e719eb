using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.Forwarding;
using NotionGateway.Notion;

namespace NotionGateway.OAuth;

/// <summary>
/// Calls Notion's OAuth endpoints as the app: HTTP Basic with the client's id and secret, JSON in and out. Nothing is sent
/// twice by itself, since a refresh token works once.
/// </summary>
internal sealed class NotionOAuthClient(UpstreamClient upstream, ForwardingOptions options, ClientSecrets secrets, TimeProvider time)
{
    private const string TokenPath = "/v1/oauth/token";
    private const string IntrospectPath = "/v1/oauth/introspect";
    private const string RevokePath = "/v1/oauth/revoke";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The address that a person's browser is sent to, to be asked for consent.</summary>
    public Uri AuthorizeUrl(OAuthAppOptions app, string redirectUri, string? state)
    {
        var query = $"client_id={Uri.EscapeDataString(app.ClientId)}&redirect_uri={Uri.EscapeDataString(redirectUri)}&response_type=code&owner=user";
        return upstream.AddressOf($"/v1/oauth/authorize?{query}{(state is null ? "" : $"&state={Uri.EscapeDataString(state)}")}");
    }

    /// <summary>Buys a pair of tokens with a code.</summary>
    public Task<OAuthReply<TokenAnswer>> ExchangeAsync(OAuthAppOptions app, UpstreamSecret code, string redirectUri, CancellationToken cancellationToken) => CallAsync(
        app,
        TokenPath,
        address => new JsonObject { ["grant_type"] = "authorization_code", ["code"] = code.ValueFor(address), ["redirect_uri"] = redirectUri },
        body => ReadPair(body, known: null),
        cancellationToken);

    /// <summary>Buys a new pair with the refresh token of the old one, which thereby ends.</summary>
    public Task<OAuthReply<TokenAnswer>> RefreshAsync(OAuthAppOptions app, UpstreamSecret refreshToken, GrantProfile known, CancellationToken cancellationToken) => CallAsync(
        app,
        TokenPath,
        address => new JsonObject { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken.ValueFor(address) },
        body => ReadPair(body, known),
        cancellationToken);

    /// <summary>What Notion says of a token: <c>active</c>, <c>scope</c>, <c>iat</c>.</summary>
    public Task<OAuthReply<JsonObject>> IntrospectAsync(OAuthAppOptions app, UpstreamSecret token, CancellationToken cancellationToken) =>
        CallAsync(app, IntrospectPath, address => new JsonObject { ["token"] = token.ValueFor(address) }, ReadObject, cancellationToken);

    public Task<OAuthReply<JsonObject>> RevokeAsync(OAuthAppOptions app, UpstreamSecret token, CancellationToken cancellationToken) =>
        CallAsync(app, RevokePath, address => new JsonObject { ["token"] = token.ValueFor(address) }, ReadObject, cancellationToken);

    private async Task<OAuthReply<T>> CallAsync<T>(
        OAuthAppOptions app, string path, Func<Uri, JsonObject> write, Func<ReadOnlyMemory<byte>, OAuthReply<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        var reply = await CallOnceAsync(app, path, write, read, afresh: false, cancellationToken);

        // Notion refused before it did anything: the secret may have been replaced since it was read.
        return reply.Error is { IsInvalidClient: true } ? await CallOnceAsync(app, path, write, read, afresh: true, cancellationToken) : reply;
    }

    private async Task<OAuthReply<T>> CallOnceAsync<T>(
        OAuthAppOptions app, string path, Func<Uri, JsonObject> write, Func<ReadOnlyMemory<byte>, OAuthReply<T>> read, bool afresh, CancellationToken cancellationToken)
        where T : class
    {
        var (secret, problem) = await secrets.ReadAsync(app, afresh);
        if (secret is null)
        {
            return OAuthReply<T>.Failed(problem!);
        }

        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var address = upstream.AddressOf(path);
        using var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(write(address))) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{app.ClientId}:{secret.ValueFor(address)}")));
        message.Headers.TryAddWithoutValidation(NotionHeaders.Version, options.DefaultNotionVersion);
        message.Headers.TryAddWithoutValidation("User-Agent", RequestHeadersTransform.OwnUserAgent);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        try
        {
            using var answer = await upstream.Invoker.SendAsync(message, either.Token);
            var body = await UpstreamClient.ReadAsync(answer, either.Token);
            return answer.IsSuccessStatusCode ? read(body) : OAuthReply<T>.Refused(OAuthError.Parse((int)answer.StatusCode, body));
        }
        catch (OperationCanceledException)
        {
            return OAuthReply<T>.Failed("Notion did not answer in time");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return OAuthReply<T>.Failed("Notion could not be reached, or broke off");
        }
    }

    private static OAuthReply<TokenAnswer> ReadPair(ReadOnlyMemory<byte> body, GrantProfile? known) => TokenAnswer.Parse(body.Span, out var problem, known) is { } answer
        ? OAuthReply<TokenAnswer>.Of(answer)
        : OAuthReply<TokenAnswer>.Failed($"Notion's answer cannot be used: {problem}");

    private static OAuthReply<JsonObject> ReadObject(ReadOnlyMemory<byte> body)
    {
        try
        {
            // Counted at once: what is wrong in it shows here and not later.
            return JsonNode.Parse(body.Span) is JsonObject { Count: >= 0 } json ? OAuthReply<JsonObject>.Of(json) : OAuthReply<JsonObject>.Failed("Notion's answer is not a JSON object");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return OAuthReply<JsonObject>.Failed("Notion's answer is not JSON");
        }
    }
}
