using NotionSandbox.Connections;
using NotionSandbox.Ids;
using NotionSandbox.OAuth.Endpoints;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Routing;
using NotionSandbox.Versions;
using NotionSandbox.Webhooks;

namespace NotionSandbox;

/// <summary>Checks a request in the order in which Notion does, and has the endpoint answer it.</summary>
internal sealed class Reception(SandboxOptions options, IdMint ids, OAuthEndpoints oauth, WebhookBook webhooks)
{
    public async Task<SandboxResponse> AnswerAsync(Arrival arrival, RequestBody body)
    {
        if (oauth.Answer(arrival, body) is { } answer)
        {
            return answer;
        }

        try
        {
            // 1. Is there such an endpoint? 2. Who calls? 3. In which version, and does it have the endpoint? 4. May they?
            var endpoint = arrival.Endpoint ?? throw UnknownUrl();
            var connection = arrival.Connection ?? throw new Refusal(ErrorCode.Unauthorized, "API token is invalid.");
            var version = Version(arrival.Http.Request.Headers["Notion-Version"].ToString());
            if (!endpoint.Exists(version))
            {
                throw UnknownUrl();
            }

            if (!connection.May(endpoint.Needs))
            {
                throw new Refusal(ErrorCode.RestrictedResource, "API token does not have access to this resource.");
            }

            // 5. Is the body readable and not too large? 6. Then do it, alone in the workspace.
            var call = await CallAsync(arrival, endpoint, connection, version, body);
            SandboxResponse response;
            List<NotionEvent> happened;
            lock (connection.Workspace.Gate)
            {
                response = endpoint.Handler(call);
                happened = webhooks.IsUsed ? [.. Changes.Of(endpoint, call, response)] : [];
            }

            happened.ForEach(one => webhooks.Tell(connection, one));
            return response;
        }
        catch (Refusal refusal)
        {
            return refusal.ToResponse();
        }
    }

    private async Task<Call> CallAsync(Arrival arrival, NotionEndpoint endpoint, Connection connection, NotionVersion version, RequestBody body)
    {
        var http = arrival.Http;
        var bound = endpoint.TakesForm ? RequestBody.MaxForm : RequestBody.MaxJson;
        if (body.Length > bound)
        {
            throw Refusal.Validation($"The request body should be at most {bound} bytes, instead was {body.Length}.");
        }

        var call = new Call
        {
            Connection = connection,
            Version = version,
            PathValues = endpoint.Values(arrival.Target.Segments),
            PathNames = endpoint.PathNames,
            Query = arrival.Target.Query,
            Body = endpoint.TakesForm ? [] : JsonBody.Parse(body.Bytes),
            Form = endpoint.TakesForm ? await Multipart.ParseAsync(http.Request.ContentType, body.Bytes, http.RequestAborted) : null,
            WantsEventStream = http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase),
            Now = options.TimeProvider.GetUtcNow(),
            Ids = ids,
            StreamPause = options.StreamPause,
        };
        SizeRules.Check(call.Body);
        return call;
    }

    private static NotionVersion Version(string text) =>
        NotionVersion.Find(text)
        ?? throw new Refusal(text.Length == 0 ? ErrorCode.MissingVersion : ErrorCode.ValidationError, NotionVersion.Complaint(text));

    private static Refusal UnknownUrl() => new(ErrorCode.InvalidRequestUrl, "Invalid request URL.");
}
