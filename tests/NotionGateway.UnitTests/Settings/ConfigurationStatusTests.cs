using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Settings;

public sealed class ConfigurationStatusTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ConfigurationStatus _status = new(new ConfigurationVersion("abc", Start));

    [Fact]
    public void A_refused_change_leaves_what_is_in_force_and_keeps_its_errors_until_one_is_accepted()
    {
        _status.Refused(["Gateway:X: is wrong"], Start.AddHours(1));

        Assert.Equal(("abc", Start, Start.AddHours(1)), (_status.Current.Hash, _status.Current.AcceptedAt, _status.Current.RefusedAt));
        Assert.Equal(["Gateway:X: is wrong"], _status.Current.Errors);

        _status.Accepted("def", Start.AddHours(2), ["Kestrel:Endpoints"]);

        Assert.Equal(("def", Start.AddHours(2), null), (_status.Current.Hash, _status.Current.AcceptedAt, _status.Current.RefusedAt));
        Assert.Empty(_status.Current.Errors);
        Assert.Equal(["Kestrel:Endpoints"], _status.Current.NeedRestart);
        Assert.Equal((1, 1), (_status.Current.Accepted, _status.Current.Refused));
    }
}
