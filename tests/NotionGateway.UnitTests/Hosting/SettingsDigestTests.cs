using NotionGateway.Hosting;

namespace NotionGateway.UnitTests.Hosting;

public sealed class SettingsDigestTests
{
    [Fact]
    public void The_digest_depends_on_every_setting_and_not_on_their_order_or_on_other_programs()
    {
        var one = SettingsDigest.Of(Configured.From(("Gateway:A", "1"), ("Kestrel:B", "2")));

        Assert.Matches("^[0-9a-f]{12}$", one);
        Assert.Equal(one, SettingsDigest.Of(Configured.From(("Kestrel:B", "2"), ("Gateway:A", "1"), ("PATH", "/bin"))));
        Assert.NotEqual(one, SettingsDigest.Of(Configured.From(("Kestrel:B", "2"), ("Gateway:A", "2"))));
        Assert.NotEqual(one, SettingsDigest.Of(Configured.From(("Gateway:A", "1"))));
    }

    [Fact]
    public void A_restart_is_needed_for_what_a_reload_does_not_apply_and_is_named_by_its_section()
    {
        var started = Configured.From(("Gateway:Forwarding:MaxJsonBodyBytes", "1"), ("Gateway:DrainDelay", "00:00:01"), ("Kestrel:Endpoints:Data:Url", "a"));
        var now = Configured.From(
            ("Gateway:Forwarding:MaxJsonBodyBytes", "2"), ("Gateway:Forwarding:Proxy", "http://p"), ("Kestrel:Endpoints:Data:Url", "b"));

        Assert.Equal(["Gateway:DrainDelay", "Gateway:Forwarding", "Kestrel:Endpoints"], SettingsDigest.NeedRestart(started, now));
    }

    [Theory]
    [InlineData("Gateway:Access:Callers:crm:Weight")]
    [InlineData("Gateway:Credentials:a:Plan")]
    [InlineData("Gateway:FlowControl:MaxWait")]
    public void No_restart_is_needed_for_what_a_reload_applies(string path) =>
        Assert.Empty(SettingsDigest.NeedRestart(Configured.From((path, "1")), Configured.From((path, "2"))));

    [Theory]
    [InlineData("Gateway:FlowControl:Replicas", true)]
    [InlineData("Gateway:FlowControl:Plans:Standard:Window", true)]
    [InlineData("Gateway:FlowControl:Plans:Standard:WindowMargin", true)]
    [InlineData("Gateway:FlowControl:Plans:Standard:WindowLimit", false)]
    public void A_shared_budget_takes_the_number_of_replicas_and_the_windows_at_the_start(string path, bool needsRestart)
    {
        (string, string?) redis = ("Gateway:Shared:Redis:Endpoints:0", "redis:6379");

        Assert.Equal(needsRestart ? [path] : [], SettingsDigest.NeedRestart(Configured.From(redis, (path, "3")), Configured.From(redis, (path, "6"))));
        Assert.Empty(SettingsDigest.NeedRestart(Configured.From((path, "3")), Configured.From((path, "6"))));
    }
}
