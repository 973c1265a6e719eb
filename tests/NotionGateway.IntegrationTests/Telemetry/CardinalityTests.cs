using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Forwarding;
using NotionGateway.Notion;
using NotionGateway.Telemetry;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Telemetry;

/// <summary>The SDK folds series beyond an instrument's limit into one without any notice: no limit may be reached.</summary>
public sealed class CardinalityTests
{
    [Fact]
    public async Task No_instrument_overflows_with_200_callers_50_credentials_and_all_operations()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        var requests = gateway.Services.GetRequiredService<RequestMetrics>();
        var flow = gateway.Services.GetRequiredService<FlowControlMetrics>();
        var forwarding = gateway.Services.GetRequiredService<ForwardingMetrics>();
        foreach (var caller in Enumerable.Range(0, 200))
        {
            // A caller uses one credential, sometimes a second, and about twenty operations.
            foreach (var number in new[] { caller % 50, caller % 7 == 0 ? (caller + 1) % 50 : caller % 50 }.Distinct())
            {
                var credential = new CredentialName($"credential{number}");
                foreach (var operation in NotionOperations.All.Where((_, index) => (index + caller) % 3 == 0))
                {
                    Record(requests, caller, credential, operation, null, 200, 400, 404, 429);
                }

                foreach (var reason in RefusalReason.All)
                {
                    Record(requests, caller, credential, NotionOperations.All[caller % NotionOperations.All.Count], reason, reason.Status);
                }

                var permit = new PermitRequest(new Credential(Some.CredentialOptions(credential.Value)), $"caller{caller}", 1, TimeSpan.Zero);
                foreach (var outcome in Enum.GetValues<WaitOutcome>())
                {
                    flow.Waited(permit, outcome, TimeSpan.FromSeconds(1));
                }

                flow.Sent(permit, 1);
                foreach (var operation in NotionOperations.All)
                {
                    foreach (var status in new[] { 200, 400, 401, 403, 404, 409, 500, 502, 503, 504, 529 })
                    {
                        forwarding.Answered(credential, operation, status, null, TimeSpan.FromSeconds(1));
                    }

                    forwarding.Answered(credential, operation, 429, LimitReason.Connection, TimeSpan.FromSeconds(1));
                }
            }
        }

        var page = await gateway.ManagementClient().GetStringAsync("/metrics");
        Assert.DoesNotContain("overflow", page, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(page.Split('\n').Count(line => line.StartsWith("notion_gateway_requests_total{", StringComparison.Ordinal)), 15_000, 60_000);
    }

    private static void Record(
        RequestMetrics requests, int caller, CredentialName credential, NotionOperation operation, RefusalReason? reason, params int[] statuses)
    {
        var facts = new RequestFacts
        {
            Caller = Some.Caller($"caller{caller}"),
            Credential = credential,
            Operation = operation,
            Refusal = reason is null ? null : new Refusal(reason, ""),
            Outcome = reason is null ? RequestOutcome.Answered : RequestOutcome.Denied,
        };
        foreach (var status in statuses)
        {
            requests.Ended(facts with { Status = status }, TimeSpan.FromSeconds(1));
        }
    }
}
