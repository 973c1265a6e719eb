using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.FlowControl.Attempts;

/// <summary>What becomes of requests that wait for the response to another.</summary>
public sealed class JoiningTests
{
    private static readonly WholeResponse Response = new(200, [], default, () => { });

    private readonly WaitingCallers _callers = new(new PermitLimit(1, 1, 60, TimeSpan.FromMinutes(1), TimeSpan.Zero), "first", "a", "b", "c");
    private readonly List<string> _sent = [];
    private readonly List<string> _joined = [];
    private Func<string, bool> _shares = _ => true;
    private ConnectionKey? _connection;
    private TimeSpan? _maxWait;

    [Fact]
    public void The_others_get_the_response_without_a_permit()
    {
        Run("a", "b", "c");
        Assert.Equal(["a"], _sent);
        Assert.Equal(["b", "c"], _joined.Order());
        Assert.Equal(2, _callers.Queues.Metrics.Matching("notion_gateway.queue.wait", ("outcome", "joined")).Count());
    }

    [Fact]
    public void Without_a_response_to_share_the_next_sends()
    {
        _shares = sender => sender != "a";
        Run("a", "b", "c");
        Assert.Equal(2, _sent.Count);
        Assert.Equal("a", _sent[0]);
        Assert.Equal(["a", "b", "c"], _sent.Concat(_joined).Order());
    }

    [Fact]
    public void Nobody_gets_the_response_of_another_connection()
    {
        _connection = ConnectionKey.OfBot("another");
        Run("a", "b");
        Assert.Equal(["a", "b"], _sent.Order());
        Assert.Empty(_joined);
    }

    [Fact]
    public async Task Who_is_not_admitted_any_more_gets_no_response()
    {
        _shares = _ =>
        {
            _callers.ReloadCaller("b", caller => caller with { Disabled = true });
            return true;
        };
        Run("a", "b");
        Assert.Equal(["a"], _sent);
        Assert.Empty(_joined);
        Assert.Equal("caller_disabled", (await Assert.Single(_callers.All, one => one.Caller == "b").End)?.Reason.Name);
    }

    [Fact]
    public async Task Whose_time_is_over_asks_for_no_permit_when_there_is_no_response_to_share()
    {
        _maxWait = TimeSpan.FromSeconds(20);
        _shares = _ =>
        {
            _callers.Queues.Time.Advance(TimeSpan.FromSeconds(30));
            return false;
        };
        Run("a", "b");
        Assert.Equal(["a"], _sent);
        Assert.Equal("wait_too_long", (await Assert.Single(_callers.All, one => one.Caller == "b").End)?.Reason.Name);
    }

    /// <summary>All wait behind one permit that is used already, until all have ended.</summary>
    private void Run(params string[] callers)
    {
        _callers.Ask("first");
        _callers.Pass(5000);
        _callers.Ask("first");
        foreach (var caller in callers)
        {
            _callers.Ask(caller, key: "key", send: attempt => Send(caller, attempt), maxWait: _maxWait);
        }

        _callers.Pass(10_000);
        Assert.All(_callers.All, one => Assert.True(one.End.IsCompletedSuccessfully));
    }

    private AttemptOutcome.HandedOn Send(string caller, Attempt attempt)
    {
        lock (_joined)
        {
            if (attempt.Response is not null)
            {
                Assert.Same(Response, attempt.Response);
                _joined.Add(caller);
                return AttemptOutcome.HandedOn.Instance;
            }

            attempt.MarkSent();
            _sent.Add(caller);
            if (_shares(caller))
            {
                attempt.Shared?.TrySettle(new SharedResponse(_connection ?? attempt.Connection, Response));
            }

            return AttemptOutcome.HandedOn.Instance;
        }
    }
}
