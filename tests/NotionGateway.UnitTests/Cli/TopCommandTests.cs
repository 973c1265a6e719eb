using NotionGateway.Cli;

namespace NotionGateway.UnitTests.Cli;

public sealed class TopCommandTests
{
    private static readonly string[] Lines = ["first", "a line that is too long", "third"];

    [Fact]
    public void A_frame_fits_on_the_screen_and_overwrites_the_one_before()
    {
        Assert.Equal("\x1b[2J\x1b[Hfirst\x1b[K\na line th\x1b[K\n\x1b[J", TopCommand.Frame(Lines, (10, 3), isFirst: true));
        Assert.StartsWith("\x1b[Hfirst", TopCommand.Frame(Lines, (10, 3), isFirst: false));
    }

    [Fact]
    public void Elsewhere_than_on_a_screen_nothing_is_cut_or_controlled() =>
        Assert.Equal("first\na line that is too long\nthird\n\n", TopCommand.Frame(Lines, null, isFirst: true));
}
