using System.Net;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Identities;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities;

/// <summary>How much work tokens of strangers may cause, and who is not kept out by it.</summary>
public sealed class StrangersGateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StrangersGate _gate;

    public StrangersGateTests() => _gate = new StrangersGate(_time);

    [Fact]
    public async Task An_address_may_fail_twenty_times_a_second()
    {
        Assert.Equal(StrangersGate.MostFailuresOfAddress, await FailAsync(100, _ => "192.0.2.1"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(StrangersGate.MostFailuresOfAddress, await FailAsync(100, _ => "192.0.2.1"));
    }

    [Fact]
    public async Task One_customer_of_IPv6_is_one_address()
    {
        Assert.Equal(StrangersGate.MostFailuresOfAddress, await FailAsync(100, number => $"2001:db8::{number:x}"));
        Assert.Equal(1, await FailAsync(1, _ => "2001:db8:0:1::1"));
    }

    [Fact]
    public async Task A_flood_from_few_addresses_does_not_keep_out_one_without_failures()
    {
        Assert.Equal(StrangersGate.MostFailuresInSharedLane, await FailAsync(5000, number => $"192.0.2.{number % 50}"), 1.0);
        var pass = await _gate.EnterAsync(IPAddress.Parse("198.51.100.1"), default);
        Assert.NotNull(pass);
        pass.Leave(failed: false);
    }

    [Fact]
    public async Task All_addresses_together_fail_five_hundred_times_a_second_at_most()
    {
        Assert.Equal(StrangersGate.MostFailures, await FailAsync(2000, number => $"10.0.{number / 250}.{number % 250}"));
        Assert.Null(await _gate.EnterAsync(IPAddress.Parse("198.51.100.1"), default));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await _gate.EnterAsync(IPAddress.Parse("198.51.100.1"), default));
    }

    [Fact]
    public async Task Two_are_checked_at_once_one_of_each_kind()
    {
        await FailAsync(1, _ => "192.0.2.1");
        var dirty = _gate.EnterAsync(IPAddress.Parse("192.0.2.1"), default).AsTask();
        var clean = _gate.EnterAsync(IPAddress.Parse("198.51.100.1"), default).AsTask();
        Assert.True(dirty.IsCompletedSuccessfully && clean.IsCompletedSuccessfully, "One waits for the other.");
        Assert.NotNull(await dirty);

        var waits = _gate.EnterAsync(IPAddress.Parse("198.51.100.2"), default).AsTask();
        Assert.False(waits.IsCompleted);
        (await clean)!.Leave(failed: false);
        Assert.NotNull(await waits);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_a_second_and_few_wait()
    {
        var first = await _gate.EnterAsync(IPAddress.Parse("192.0.2.1"), default);
        var others = Enumerable.Range(0, 100).Select(number => _gate.EnterAsync(IPAddress.Parse($"192.0.2.{number}"), default).AsTask()).ToList();
        Assert.Equal(100 - StrangersGate.MostWaiters, others.Count(other => other.IsCompleted));
        _time.Advance(StrangersGate.MostWait);
        Assert.All(await Task.WhenAll(others), Assert.Null);
        first!.Leave(failed: false);
        Assert.NotNull(await _gate.EnterAsync(IPAddress.Parse("192.0.2.1"), default));
    }

    [Fact]
    public async Task As_many_may_wait_again_after_a_flood()
    {
        var first = await EnterAsync("192.0.2.1");
        for (var flood = 0; flood < 3; flood++)
        {
            var others = Enumerable.Range(0, 100).Select(number => EnterAsync($"192.0.2.{number}")).ToList();
            Assert.Equal(100 - StrangersGate.MostWaiters, others.Count(other => other.IsCompleted));
            _time.Advance(StrangersGate.MostWait);
            Assert.All(await Task.WhenAll(others), Assert.Null);
        }

        first!.Leave(failed: false);
    }

    [Fact]
    public async Task An_address_that_has_failed_too_often_does_not_wait()
    {
        await FailAsync(100, _ => "192.0.2.1");
        await FailAsync(1, _ => "192.0.2.2");
        var pass = await EnterAsync("192.0.2.2");
        Assert.NotNull(pass);

        var full = EnterAsync("192.0.2.1");
        Assert.True(full.IsCompleted, "It waits for a place that it cannot have.");
        Assert.Null(await full);
        pass.Leave(failed: false);
    }

    [Fact]
    public async Task Those_whose_address_fails_too_often_while_they_wait_are_denied_and_leave_the_lane()
    {
        await FailAsync(StrangersGate.MostFailuresOfAddress - 1, _ => "192.0.2.1");
        await FailAsync(1, _ => "192.0.2.2");
        var last = await EnterAsync("192.0.2.1");
        var waiting = new[] { EnterAsync("192.0.2.1"), EnterAsync("192.0.2.1") };
        Assert.DoesNotContain(waiting, one => one.IsCompleted);

        last!.Leave(failed: true);
        Assert.All(await Task.WhenAll(waiting), Assert.Null);
        var other = EnterAsync("192.0.2.2");
        Assert.True(other.IsCompleted, "The lane is not free.");
        Assert.NotNull(await other);
    }

    [Fact]
    public async Task An_IPv4_address_is_the_same_one_inside_of_IPv6()
    {
        Assert.Equal(StrangersGate.MostFailuresOfAddress, await FailAsync(100, _ => "::ffff:192.0.2.1"));
        Assert.Equal(0, await FailAsync(1, _ => "192.0.2.1"));
        Assert.Equal(1, await FailAsync(1, _ => "::ffff:192.0.2.2"));
    }

    [Fact]
    public async Task Case_42c_a_good_token_is_told_to_come_back_while_the_gate_is_full_and_never_that_it_is_wrong()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var known = scene.Issuer.Token();
        Assert.Equal("crm", await scene.AskAsync(known, "192.0.2.9"));
        for (var number = 0; number < StrangersGate.MostFailuresOfAddress; number++)
        {
            Assert.Equal("token_signature", await scene.AskAsync(scene.Issuer.Token("ES256", "p256", TestIssuer.OtherP256), "192.0.2.9"));
        }

        var fresh = scene.Issuer.Token(claims: [("jti", "fresh")]);
        var denied = (await scene.PresentAsync(fresh, "192.0.2.9")).Refusal!;
        Assert.Equal(("overloaded", TimeSpan.FromSeconds(1)), (denied.Reason.Name, denied.Reason.RetryAfter));
        Assert.Equal("crm", await scene.AskAsync(known, "192.0.2.9"));
        Assert.Equal("crm", await scene.AskAsync("the key of crm", "192.0.2.9"));
        Assert.Equal("crm", await scene.AskAsync(fresh, "198.51.100.1"));
    }

    public void Dispose() => _gate.Dispose();

    private Task<StrangersGate.Pass?> EnterAsync(string address) => _gate.EnterAsync(IPAddress.Parse(address), default).AsTask();

    /// <summary>How many of these were checked, each of which fails.</summary>
    private async Task<int> FailAsync(int times, Func<int, string> address)
    {
        var passed = 0;
        for (var number = 0; number < times; number++)
        {
            if (await _gate.EnterAsync(IPAddress.Parse(address(number)), default) is { } pass)
            {
                passed++;
                pass.Leave(failed: true);
            }
        }

        return passed;
    }
}
