using System.Globalization;
using NotionSandbox.Faults;
using NotionSandbox.Limits;
using NotionSandbox.OAuth.Endpoints;
using NotionSandbox.Recording;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Routing;
using NotionSandbox.State;

namespace NotionSandbox;

/// <summary>The path of a request through the sandbox. The order of its steps is written here and nowhere else.</summary>
internal sealed class Exchange(SandboxState sandbox, Reception reception, TimeProvider time)
{
    public async Task ServeAsync(Arrival arrival, byte[] head, Delivery delivery)
    {
        var now = time.GetUtcNow();

        // 1. Note that it came, before anything can go wrong with it.
        var request = sandbox.Received.Add(now, arrival.Method, arrival.RawTarget, head, arrival.Connection);
        ActiveFault? fault = null;
        delivery.Announce = status => sandbox.Received.Close(request, new Outcome(status, delivery.RequestId, fault?.Number));
        try
        {
            // 2. Count it in its windows; the OAuth endpoints have none. 3. See whether a fault applies to it.
            var verdict = arrival.Connection is null || OAuthEndpoints.AreMeant(arrival)
                ? Verdict.Admitted
                : sandbox.Windows.Arrive(arrival.Connection, arrival.Endpoint, now);
            fault = verdict.IsAdmitted ? TakeFault(request, arrival) : null;

            // 4. Read all of the body: a response to half a request confuses clients, and the next request begins where the body ends.
            var body = await ReadBodyAsync(request, arrival);
            sandbox.OAuth.Calls.Note(arrival, body);

            // 5. Answer: with the limit, with the fault, or as Notion would.
            await (verdict.Reason is { } reason ? delivery.SendAsync(RateLimitedFault.Answer(reason, RetryAfter(verdict)))
                : fault is not null ? StrikeAsync(fault.Rule, delivery, arrival, body)
                : delivery.SendAsync(await reception.AnswerAsync(arrival, body)));
        }
        finally
        {
            if (request.Outcome is null)
            {
                // The caller left, or could not be understood.
                delivery.Announce(0);
            }
        }
    }

    private ActiveFault? TakeFault(ReceivedRequest request, Arrival arrival)
    {
        var fault = sandbox.Faults.Take(request, arrival.Target.Path, arrival.Endpoint);
        if (fault?.Rule.Fault?.IsRateLimit == true && arrival.Connection is { } connection)
        {
            sandbox.Windows.Disown(connection, arrival.Endpoint);
        }

        return fault;
    }

    private async Task<RequestBody> ReadBodyAsync(ReceivedRequest request, Arrival arrival)
    {
        if (arrival.Http.Request.ContentLength is null or 0 && arrival.Http.Request.Headers.TransferEncoding.Count == 0)
        {
            return RequestBody.None;
        }

        var keeps = sandbox.Received.KeepsBodies;
        var needed = arrival.Endpoint?.TakesForm == true ? RequestBody.MaxForm : RequestBody.MaxJson;
        var body = await RequestBody.ReadAsync(arrival.Http, Math.Max(needed, keeps ? sandbox.Received.BodyLimit : 0), hash: keeps);
        var kept = keeps ? body.Bytes[..Math.Min(body.Bytes.Length, sandbox.Received.BodyLimit)].ToArray() : default;
        sandbox.Received.Complete(request, kept, body.Length, body.Sha256);
        return body;
    }

    private async Task StrikeAsync(FaultRule rule, Delivery delivery, Arrival arrival, RequestBody body)
    {
        if (rule.DelayMs > 0)
        {
            await delivery.PauseAsync(TimeSpan.FromMilliseconds(rule.DelayMs));
        }

        await (rule.Fault?.PrepareAsync(delivery) ?? Task.CompletedTask);
        var real = rule.Fault is null or { Performs: true } ? await reception.AnswerAsync(arrival, body) : null;
        await (rule.Fault is null ? delivery.SendAsync(real!) : rule.Fault.StrikeAsync(delivery, arrival.Endpoint, real));
    }

    private static string[] RetryAfter(Verdict verdict) =>
        verdict.RetryAfterSeconds is { } seconds ? [seconds.ToString(CultureInfo.InvariantCulture)] : [];
}
