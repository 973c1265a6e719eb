namespace NotionGateway.UnitTests.Hosting;

/// <summary>What caching needs of other sections, and what it cannot stand beside.</summary>
public sealed class CachingRulesTests
{
    private const string Policies = "Gateway:Caching:Policies";

    private static readonly (string, string?) Policy = ($"{Policies}:site:Ttl", "00:01:00");
    private static readonly (string, string?) Longer = ($"{Policies}:site:TtlWithEvents", "00:30:00");
    private static readonly (string, string?) Replicas = ("Gateway:FlowControl:Replicas", "2");
    private static readonly (string, string?) Accepted = ("Gateway:Caching:PerReplica", "true");

    private static readonly (string, string?)[] Webhook =
    [
        ("Gateway:Webhooks:site:Credentials:0", "default"), ("Gateway:Webhooks:site:Token:Source", "Environment"),
        ("Gateway:Webhooks:site:Token:Variable", "WEBHOOK"),
    ];

    [Fact]
    public void One_replica_may_store() => Assert.Empty(Errors(Policy));

    [Fact]
    public void Several_replicas_may_not_because_one_does_not_hear_of_the_others_writes() =>
        Assert.Contains("several replicas", Assert.Single(Errors(Policy, Replicas)));

    [Fact]
    public void Neither_may_those_that_share_a_budget() =>
        Assert.Contains(
            Errors(Policy, ("Gateway:Shared:Redis:Endpoints:0", "redis:6379")), error => error.StartsWith(Policies) && error.Contains("several replicas"));

    [Fact]
    public void They_may_where_the_operator_accepts_what_that_means() => Assert.Empty(Errors(Policy, Replicas, Accepted));

    [Fact]
    public void Several_replicas_without_a_policy_are_right() => Assert.Empty(Errors(Replicas));

    [Fact]
    public void A_webhook_allows_a_longer_time() => Assert.Empty(Errors([Policy, Longer, .. Webhook]));

    [Fact]
    public void An_event_reaches_only_one_of_several_replicas() =>
        Assert.Contains("an event reaches only one of them", Assert.Single(Errors([Policy, Longer, Replicas, Accepted, .. Webhook])));

    [Theory]
    [InlineData("Gateway:Access:Callers:crm:Cache", "nowhere", "not a policy")]
    [InlineData("Gateway:Webhooks:site:Setup", "true", "the token is configured")]
    [InlineData("Gateway:Webhooks:site:Workspace", "aaaa0001-0000-4000-8000-000000000001", "and not both")]
    [InlineData("Gateway:Webhooks:site:Credentials:1", "nowhere", "not among Gateway:Credentials")]
    public void What_does_not_fit_is_told(string setting, string value, string told) =>
        Assert.Contains(Errors([Policy, (setting, value), .. Webhook]), error => error.Contains(told));

    private static IEnumerable<string> Errors(params (string, string?)[] changes) => Configured.Read(changes).Errors.Select(error => error.ToString());
}
