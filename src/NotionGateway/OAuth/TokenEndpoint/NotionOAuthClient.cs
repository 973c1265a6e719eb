using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.Forwarding;
using NotionGateway.Forwarding.Upstream;
using NotionGateway.Notion;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.TokenEndpoint;

/// <summary>
/// Calls Notion's OAuth endpoints as the app: HTTP Basic with the client's id and secret, JSON in and out. Nothing is sent
/// twice automatically, since a refresh token works once.
/// </summary>
internal sealed class NotionOAuthClient(UpstreamClient upstream, ForwardingOptions options, ClientSecrets secrets, ForwardingMetrics metrics, TimeProvider time)
{
    private static readonly (string Path, string Name) Token = ("/v1/oauth/token", "oauth.token");
    private static readonly (string Path, string Name) Introspect = ("/v1/oauth/introspect", "oauth.introspect");
    private static readonly (string Path, string Name) Revoke = ("/v1/oauth/revoke", "oauth.revoke");
    private static readonly (string Path, string Name) Me = ("/v1/users/me", "users.me");

    /// <summary>The longest that one call takes, from its first byte to the end of its response.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>The address that a person's browser is sent to, to be asked for consent.</summary>
    public Uri AuthorizeUrl(OAuthAppOptions app, string redirectUri, string? state)
    {
        var query = $"client_id={Uri.EscapeDataString(app.ClientId)}&redirect_uri={Uri.EscapeDataString(redirectUri)}&response_type=code&owner=user";
        return upstream.AddressOf($"/v1/oauth/authorize?{query}{(state is null ? "" : $"&state={Uri.EscapeDataString(state)}")}");
    }

    /// <summary>Exchanges a code for tokens. If the response does not say whose they are, Notion is asked; if that fails too, they are revoked.</summary>
    public async Task<OAuthReply<TokenResponse>> ExchangeAsync(
        OAuthAppOptions app, UpstreamSecret code, string redirectUri, CancellationToken cancellationToken)
    {
        var reply = await CallAsync(
            app,
            Token,
            address => new JsonObject { ["grant_type"] = "authorization_code", ["code"] = code.ValueFor(address), ["redirect_uri"] = redirectUri },
            ReadMembers,
            cancellationToken);
        if (reply.Value is not { } members)
        {
            return reply.WithoutValue<TokenResponse>();
        }

        if (TokenResponse.Of(members, out var problem) is { } response)
        {
            return OAuthReply<TokenResponse>.Of(response);
        }

        var token = new UpstreamSecret(members.AccessToken!, options.Upstream);
        if (TokenResponse.Of(members, out _, await AskWhoAsync(app, token, cancellationToken)) is { } asked)
        {
            return OAuthReply<TokenResponse>.Of(asked);
        }

        var given = await RevokePairAsync(app, members.AccessToken!, members.RefreshToken, cancellationToken);
        var outcome = given.Value is null ? given.Problem : "done";
        return OAuthReply<TokenResponse>.Failed($"Notion's response cannot be used: {problem}; Notion was asked to revoke the tokens ({outcome})");
    }

    /// <summary>Exchanges the refresh token for a new pair; the old pair ends.</summary>
    /// <param name="mayBegin">Asked right before the first byte is sent, when everything else has been waited for.</param>
    public Task<OAuthReply<TokenResponse>> RefreshAsync(
        OAuthAppOptions app, UpstreamSecret refreshToken, GrantProfile known, Func<Task<bool>> mayBegin, CancellationToken cancellationToken) => CallAsync(
        app,
        Token,
        address => new JsonObject { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken.ValueFor(address) },
        body => ReadPair(body, known),
        cancellationToken,
        mayBegin);

    /// <summary>What Notion says of a token: <c>active</c>, <c>scope</c>, <c>iat</c>.</summary>
    public Task<OAuthReply<JsonObject>> IntrospectAsync(OAuthAppOptions app, UpstreamSecret token, CancellationToken cancellationToken) =>
        CallAsync(app, Introspect, address => new JsonObject { ["token"] = token.ValueFor(address) }, ReadObject, cancellationToken);

    public Task<OAuthReply<JsonObject>> RevokeAsync(OAuthAppOptions app, UpstreamSecret token, CancellationToken cancellationToken) =>
        CallAsync(app, Revoke, address => new JsonObject { ["token"] = token.ValueFor(address) }, ReadObject, cancellationToken);

    /// <summary>
    /// Both tokens of a pair that is not stored, since Notion does not say whether one goes with the other. The refresh token comes first, and the
    /// answer is that about the access token, unless the first call has failed.
    /// </summary>
    public async Task<OAuthReply<JsonObject>> RevokePairAsync(
        OAuthAppOptions app, string accessToken, string? refreshToken, CancellationToken cancellationToken)
    {
        OAuthReply<JsonObject>? first = string.IsNullOrEmpty(refreshToken)
            ? null
            : await RevokeAsync(app, new UpstreamSecret(refreshToken, options.Upstream), cancellationToken);
        var last = await RevokeAsync(app, new UpstreamSecret(accessToken, options.Upstream), cancellationToken);
        return first is { Value: null } failed ? failed : last;
    }

    private async Task<OAuthReply<T>> CallAsync<T>(
        OAuthAppOptions app, (string Path, string Name) operation, Func<Uri, JsonObject> write, Func<ReadOnlyMemory<byte>, OAuthReply<T>> read,
        CancellationToken cancellationToken, Func<Task<bool>>? mayBegin = null)
        where T : class
    {
        var reply = await CallOnceAsync(app, operation, write, read, readAgain: false, mayBegin, cancellationToken);

        // Notion rejected the client and did nothing else: the secret may have been replaced since it was read.
        return reply.Error is { IsInvalidClient: true } or { Status: StatusCodes.Status401Unauthorized }
            ? await CallOnceAsync(app, operation, write, read, readAgain: true, mayBegin, cancellationToken)
            : reply;
    }

    private async Task<OAuthReply<T>> CallOnceAsync<T>(
        OAuthAppOptions app, (string Path, string Name) operation, Func<Uri, JsonObject> write, Func<ReadOnlyMemory<byte>, OAuthReply<T>> read,
        bool readAgain, Func<Task<bool>>? mayBegin, CancellationToken cancellationToken)
        where T : class
    {
        var (secret, problem) = await secrets.ReadAsync(app, readAgain);
        if (secret is null)
        {
            return OAuthReply<T>.Failed(problem!);
        }

        if (mayBegin is not null && !await mayBegin())
        {
            return OAuthReply<T>.Failed("another gateway took over while this one was preparing the call");
        }

        var address = upstream.AddressOf(operation.Path);
        using var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(write(address)))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{app.ClientId}:{secret.ValueFor(address)}"));
        message.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        return await SendAsync(app, operation.Name, message, read, cancellationToken);
    }

    /// <summary>Whose a pair is that came without saying so, in the form of a token response; null if Notion does not say.</summary>
    private async Task<GrantProfile?> AskWhoAsync(OAuthAppOptions app, UpstreamSecret token, CancellationToken cancellationToken)
    {
        var address = upstream.AddressOf(Me.Path);
        using var message = new HttpRequestMessage(HttpMethod.Get, address) { Content = new ByteArrayContent([]) };
        message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token.ValueFor(address)}");
        var reply = await SendAsync(app, Me.Name, message, ReadObject, cancellationToken);
        return reply.Value is { } me ? GrantProfile.OfUser(me) : null;
    }

    /// <summary>One call, counted like every response from Notion although it takes no permit: these endpoints are not of any connection.</summary>
    private async Task<OAuthReply<T>> SendAsync<T>(
        OAuthAppOptions app, string operation, HttpRequestMessage message, Func<ReadOnlyMemory<byte>, OAuthReply<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        message.Headers.TryAddWithoutValidation(NotionHeaders.Version, options.DefaultNotionVersion);
        message.Headers.TryAddWithoutValidation("User-Agent", RequestHeadersTransform.OwnUserAgent);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        var sentAt = time.GetTimestamp();
        metrics.Began();
        try
        {
            using var response = await upstream.Invoker.SendAsync(message, either.Token);
            var elapsed = time.GetElapsedTime(sentAt);
            var (body, broke) = await UpstreamClient.ReadAsync(response, either.Token);
            var status = (int)response.StatusCode;
            metrics.Answered($"oauth:{app.Name}", operation, status, status is 429 or 529 ? NotionError.Parse(body).LimitReason : null, elapsed);
            var reply = response.IsSuccessStatusCode ? read(body) : OAuthReply<T>.Refused(OAuthError.Parse(status, body));

            // A complete value counts, even if the rest of the response was cut off.
            return broke is null || reply.Value is not null ? reply : OAuthReply<T>.Failed(UpstreamFailures.Description(broke));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return OAuthReply<T>.Failed(UpstreamFailures.Description(exception));
        }
        finally
        {
            metrics.Ended();
        }
    }

    private static OAuthReply<TokenMembers> ReadMembers(ReadOnlyMemory<byte> body) =>
        TokenMembers.Read(body.Span) is var members && TokenResponse.IsUsable(members)
            ? OAuthReply<TokenMembers>.Of(members)
            : OAuthReply<TokenMembers>.Failed("Notion's response cannot be used: it is not a JSON object with a usable access_token");

    private static OAuthReply<TokenResponse> ReadPair(ReadOnlyMemory<byte> body, GrantProfile? known) =>
        TokenResponse.Parse(body.Span, out var problem, known) is { } response
            ? OAuthReply<TokenResponse>.Of(response)
            : OAuthReply<TokenResponse>.Failed($"Notion's response cannot be used: {problem}");

    private static OAuthReply<JsonObject> ReadObject(ReadOnlyMemory<byte> body)
    {
        try
        {
            // Count makes the parser read all members here, so that a duplicate fails now and not later.
            return JsonNode.Parse(body.Span) is JsonObject { Count: >= 0 } json
                ? OAuthReply<JsonObject>.Of(json)
                : OAuthReply<JsonObject>.Failed("Notion's response is not a JSON object");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return OAuthReply<JsonObject>.Failed("Notion's response is not JSON");
        }
    }
}
