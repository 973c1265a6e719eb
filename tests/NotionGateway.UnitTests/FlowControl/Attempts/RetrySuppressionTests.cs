using Microsoft.Extensions.Time.Testing;
using NotionGateway.Bodies;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Attempts;

public sealed class RetrySuppressionTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Queues _flow;
    private readonly RetrySuppression _suppression;

    public RetrySuppressionTests()
    {
        _flow = new Queues(_time);
        _suppression = new RetrySuppression(_time);
    }

    [Fact]
    public async Task The_same_request_is_remembered_and_no_other()
    {
        _suppression.Add(await RequestAsync());

        Assert.True(_suppression.Holds(await RequestAsync()));
        Assert.False(_suppression.Holds(await RequestAsync(caller: "other")));
        Assert.False(_suppression.Holds(await RequestAsync(credential: "other")));
        Assert.False(_suppression.Holds(await RequestAsync(operation: "pages.update")));
        Assert.False(_suppression.Holds(await RequestAsync(target: "/v1/pages?a=b")));
        Assert.False(_suppression.Holds(await RequestAsync(body: """{"a":2}""")));
        Assert.False(_suppression.Holds(await RequestAsync(body: null)));
    }

    [Fact]
    public async Task It_is_forgotten_when_the_same_request_succeeds_and_not_when_another_does()
    {
        _suppression.Add(await RequestAsync());

        _suppression.Forget(await RequestAsync(body: """{"a":2}"""));
        Assert.True(_suppression.Holds(await RequestAsync()));
        _suppression.Forget(await RequestAsync());
        Assert.False(_suppression.Holds(await RequestAsync()));
        Assert.Equal(0, _suppression.Count);
    }

    [Fact]
    public async Task It_is_forgotten_after_a_minute()
    {
        _suppression.Add(await RequestAsync());

        _time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.True(_suppression.Holds(await RequestAsync()));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(_suppression.Holds(await RequestAsync()));
        Assert.Equal(0, _suppression.Count);
    }

    [Fact]
    public async Task A_request_that_is_given_up_again_begins_its_minute_again()
    {
        _suppression.Add(await RequestAsync());
        _time.Advance(TimeSpan.FromSeconds(40));
        _suppression.Add(await RequestAsync());
        _time.Advance(TimeSpan.FromSeconds(40));

        Assert.True(_suppression.Holds(await RequestAsync()));
        Assert.Equal(1, _suppression.Count);
    }

    [Fact]
    public async Task A_flood_of_requests_forgets_the_oldest_one_by_one()
    {
        for (var number = 0; number < RetrySuppression.Most + 5; number++)
        {
            _suppression.Add(await RequestAsync(target: $"/v1/pages?{number}"));
        }

        Assert.Equal(RetrySuppression.Most, _suppression.Count);
        Assert.False(_suppression.Holds(await RequestAsync(target: "/v1/pages?4")));
        Assert.True(_suppression.Holds(await RequestAsync(target: "/v1/pages?5")));
        Assert.True(_suppression.Holds(await RequestAsync(target: $"/v1/pages?{RetrySuppression.Most + 4}")));
    }

    private async Task<Sending> RequestAsync(
        string caller = "crm", string credential = "default", string operation = "pages.create", string target = "/v1/pages", string? body = """{"a":1}""")
    {
        var admission = Some.Admission(_flow.Rules.Current, Some.Caller(caller), operation, credential, target: target);
        if (body is null)
        {
            return _flow.Sending(Queues.Credential(credential), admission);
        }

        var buffered = new BufferedBody(new BodyBudget(new LimitsOptions { MaxBufferedBytes = 1_000_000, MaxConnections = 1 }, () => []), caller, 1);
        await buffered.FillAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body)), body.Length, 1000, CancellationToken.None);
        return _flow.Sending(Queues.Credential(credential), admission, new RequestBody(RequestMode.Whole, buffered));
    }
}
