using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.TestKit;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Lifecycle;

/// <summary>What is remembered of keys, and that it ends when a key is removed, whatever is in progress at that moment.</summary>
public sealed class BoundKeysTests
{
    private static readonly KeyDigest Digest = KeyDigest.Of("key");

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly InMemoryGrantStore _store = new();
    private readonly BoundKeys _keys;
    private readonly Grant _grant = Grant("crm/acme");

    public BoundKeysTests() => _keys = new BoundKeys(_store, _time, NullLogger<BoundKeys>.Instance);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_in_use_goes_on_serving_while_the_store_fails()
    {
        await RememberAsync();
        _store.Problem = "the disk is gone";
        _time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(_grant.Name, (await _keys.FindAsync(Digest, Stop)).Identity?.Credential);
    }

    [Fact]
    public async Task A_key_that_is_taken_away_while_the_store_is_asked_and_fails_does_not_come_back()
    {
        await RememberAsync();
        _time.Advance(TimeSpan.FromSeconds(16));
        var (asked, response) = Hold();
        var finding = _keys.FindAsync(Digest, Stop).AsTask();
        await asked;

        _keys.Forget(_grant.Id);
        _store.Problem = "the disk is gone";
        response.SetResult();

        Assert.Equal((null, RefusalReason.CredentialUnavailable), Told(await finding));
        Assert.Equal((null, RefusalReason.CredentialUnavailable), Told(await _keys.FindAsync(Digest, Stop)));
    }

    [Fact]
    public async Task A_key_that_is_taken_away_after_the_store_has_read_it_is_served_to_nobody()
    {
        await RememberAsync();
        _time.Advance(TimeSpan.FromSeconds(16));
        var (asked, response) = Hold(calls: 2);
        var finding = _keys.FindAsync(Digest, Stop).AsTask();
        await asked;

        // The key has been read, its grant not yet.
        _store.Before = () => Task.CompletedTask;
        await _store.TryLeaveAsync(_grant.Id, "crm", new HashSet<string> { "other" }, Noon, Stop);
        _keys.Forget(_grant.Id);
        response.SetResult();

        Assert.Equal((null, null), Told(await finding));
        Assert.Equal((null, null), Told(await _keys.FindAsync(Digest, Stop)));
    }

    [Fact]
    public async Task Keys_that_change_at_every_look_are_not_served()
    {
        await RememberAsync();
        _time.Advance(TimeSpan.FromSeconds(16));
        _store.Before = () =>
        {
            _keys.Forget(_grant.Id);
            return Task.CompletedTask;
        };
        Assert.Equal((null, RefusalReason.CredentialUnavailable), Told(await _keys.FindAsync(Digest, Stop)));
    }

    [Fact]
    public async Task Keys_of_other_grants_are_remembered_when_those_of_one_are_forgotten()
    {
        await RememberAsync();
        _keys.Forget("another grant");
        _store.Problem = "the disk is gone";
        Assert.Equal(_grant.Name, (await _keys.FindAsync(Digest, Stop)).Identity?.Credential);
        _keys.Forget(_grant.Id);
        Assert.Equal((null, RefusalReason.CredentialUnavailable), Told(await _keys.FindAsync(Digest, Stop)));
    }

    private async Task RememberAsync()
    {
        await _store.AddAsync(_grant, Stop);
        await _store.AddKeysAsync([Key("key", _grant), Key("others", _grant, issue: "others") with { Caller = "other" }], Stop);
        Assert.NotNull((await _keys.FindAsync(Digest, Stop)).Identity);
    }

    /// <summary>Holds the store back in this call, counted from now.</summary>
    private (Task Asked, TaskCompletionSource Answer) Hold(int calls = 1)
    {
        var (asked, response) = (new TaskCompletionSource(), new TaskCompletionSource());
        _store.Before = () =>
        {
            if (--calls > 0)
            {
                return Task.CompletedTask;
            }

            asked.TrySetResult();
            return response.Task;
        };
        return (asked.Task, response);
    }

    private static (CredentialName?, RefusalReason?) Told((BoundIdentity? Identity, Refusal? Refusal) found) =>
        (found.Identity?.Credential, found.Refusal?.Reason);
}
