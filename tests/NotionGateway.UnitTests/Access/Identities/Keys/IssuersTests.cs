using NotionGateway.Access;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Keys;

/// <summary>Which issuers' keys are kept fresh while the settings change, and when the gateway waits for them.</summary>
public sealed class IssuersTests
{
    [Fact]
    public async Task Keys_are_found_only_if_they_are_read_where_the_settings_say()
    {
        using var scene = await new TokenScene().ReadKeysAsync();
        var corp = TokenScene.Corp();

        Assert.NotNull(scene.Issuers.Find(corp));
        Assert.Null(scene.Issuers.Find(corp with { Place = corp.Place with { Address = new Uri("https://keys.example/moved") } }));
        Assert.Null(scene.Issuers.Find(TokenScene.Corp("other")));
    }

    [Fact]
    public async Task The_start_waits_for_the_keys_of_every_issuer_and_for_none_where_there_is_none()
    {
        using var scene = new TokenScene(Two(), ("second", () => "{}"));
        await scene.ReadKeysAsync();
        Assert.Equal("the keys of an issuer have not been read yet", scene.Issuers.WhyNotYet());

        using var none = new TokenScene(TokenScene.Access() with { Issuers = [] });
        Assert.Null(none.Issuers.WhyNotYet());
    }

    [Fact]
    public async Task An_issuer_that_a_reload_adds_is_read_at_once_and_the_others_are_read_on()
    {
        using var scene = new TokenScene(null, ("second", () => new TestIssuer(TimeProvider.System).Document));
        await scene.Issuers.StartAsync(default);
        await UntilAsync(() => Keys(scene, "corp").Current is not null, "The first issuer was not read.");

        scene.Reload(Two());
        await UntilAsync(() => Keys(scene, "second").Current is not null, "The second issuer was not read.");

        scene.Issuer.Keys.RemoveAt(0);
        scene.Time.Advance(TimeSpan.FromHours(2));
        await UntilAsync(() => Keys(scene, "corp").Current!.Keys.Count == 3, "The first issuer is not read any longer.");
        await scene.Issuers.StopAsync(default);
    }

    [Fact]
    public async Task An_issuer_is_read_when_it_is_due_and_not_each_second()
    {
        using var scene = new TokenScene();
        await scene.Issuers.StartAsync(default);
        await UntilAsync(() => Keys(scene, "corp").Current is not null, "The issuer was not read.");
        for (var second = 0; second < 60; second++)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
        }

        scene.Issuer.Keys.RemoveAt(0);
        scene.Time.Advance(TimeSpan.FromHours(2));
        await UntilAsync(() => Keys(scene, "corp").Current!.Keys.Count == 3, "The issuer was not read again.");
        Assert.Equal(2, scene.Readings);
        await scene.Issuers.StopAsync(default);
    }

    [Fact]
    public async Task A_stop_waits_for_a_reading_and_no_reload_starts_another_after_it()
    {
        using var scene = new TokenScene(null, ("second", () => "{}"));
        var slow = new TaskCompletionSource<KeyReading>();
        scene.Answer("corp", () => slow.Task);
        await scene.Issuers.StartAsync(default);
        await UntilAsync(() => scene.Readings == 1, "The issuer was not asked.");

        var stopping = scene.Issuers.StopAsync(default);
        Assert.False(stopping.IsCompleted);
        slow.SetResult(KeyReading.Unreached("down"));
        await stopping;

        scene.Reload(Two());
        Assert.Equal("corp", Assert.Single(scene.Issuers.All).Issuer);
    }

    private static AccessOptions Two() =>
        TokenScene.Access() with { Issuers = [TokenScene.Corp(), TokenScene.Corp("second", "https://second.example")] };

    private static IssuerKeys Keys(TokenScene scene, string issuer) => scene.Issuers.All.Single(keys => keys.Issuer == issuer);

    private static Task UntilAsync(Func<bool> condition, string message) => SafetyNet.UntilAsync(condition, () => message);
}
