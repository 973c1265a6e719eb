using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using NotionGateway.Operator;

namespace NotionGateway.Cli;

/// <summary>The client of the operator listener. It follows no redirect and uses no proxy: the key goes to the one address that was named.</summary>
internal sealed class OperatorClient(OperatorAddress address) : IDisposable
{
    /// <summary>Revoking calls Notion, which may take long.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    public Task<OperatorReply> CreateLinkAsync(string app, string name, string? expiresIn, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["app"] = app, ["name"] = name };
        if (expiresIn is not null)
        {
            body["expires_in"] = expiresIn;
        }

        return SendAsync(HttpMethod.Post, OperatorPaths.Links, body, cancellationToken);
    }

    public Task<OperatorReply> StatusAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, OperatorPaths.Status, null, cancellationToken);

    public Task<OperatorReply> WebhookTokenAsync(string webhook, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{OperatorPaths.Webhooks}/{webhook}/token", null, cancellationToken);

    public Task<OperatorReply> ShowAsync(CredentialName grant, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, PathOf(grant), null, cancellationToken);

    public Task<OperatorReply> RenameAsync(CredentialName grant, string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{PathOf(grant)}/rename", new JsonObject { ["name"] = name }, cancellationToken);

    public Task<OperatorReply> DeleteAsync(CredentialName grant, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, PathOf(grant), null, cancellationToken);

    public Task<OperatorReply> RevokeAsync(CredentialName grant, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{PathOf(grant)}/revoke", null, cancellationToken);

    /// <summary>All grants, page by page; with a problem instead if a page could not be read.</summary>
    public async Task<(IReadOnlyList<JsonObject> Grants, string? Problem)> ListAsync(string? app, CancellationToken cancellationToken)
    {
        var all = new List<JsonObject>();
        var after = "";
        do
        {
            var query = $"?limit={GrantListQuery.LargestLimit}{(app is null ? "" : $"&app={app}")}{(after.Length == 0 ? "" : $"&after={after}")}";
            var reply = await SendAsync(HttpMethod.Get, OperatorPaths.Grants + query, null, cancellationToken);
            if (reply.Problem is not null)
            {
                return ([], reply.Problem);
            }

            all.AddRange((reply.Body?["results"] as JsonArray ?? []).OfType<JsonObject>());
            after = OperatorReply.Text(reply.Body, "next");
        }
        while (after.Length > 0);
        return (all, null);
    }

    public void Dispose() => _http.Dispose();

    private static string PathOf(CredentialName grant) => $"{OperatorPaths.Grants}/{grant}";

    private async Task<OperatorReply> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, new Uri(address.Url, path)) { Version = HttpVersion.Version11 };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", address.Key);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, MediaTypeNames.Application.Json);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            var reason = response.Headers.TryGetValues(RefusalResponse.ReasonHeader, out var values) ? values.First() : null;
            return OperatorReply.Read((int)response.StatusCode, reason, await response.Content.ReadAsStringAsync(either.Token), address);
        }
        catch (HttpRequestException exception)
        {
            return new OperatorReply(null, exception.HttpRequestError == HttpRequestError.SecureConnectionError
                ? $"The certificate of {address} is not trusted, or not valid for this name: in --url, use a name from the certificate."
                : $"No response from {address}. Check that the gateway is running and that this is its operator listener.");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new OperatorReply(
                null, $"No response from {address} within {Timeout.TotalSeconds:0} s. The change may have been applied; check before retrying.");
        }
    }
}
