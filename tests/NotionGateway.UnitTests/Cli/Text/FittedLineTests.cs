using NotionGateway.Cli.Text;

namespace NotionGateway.UnitTests.Cli.Text;

public sealed class FittedLineTests
{
    private static readonly LinePart[] Parts =
    [
        new("CONNECTION default, twin", "CONNECTION default"), new("waiting 113, oldest 30 s", "waiting 113", Goes: 1),
        new("Notion 310 ms", "Notion 310 ms", Goes: 2),
    ];

    [Theory]
    [InlineData(80, "CONNECTION default, twin  waiting 113, oldest 30 s  Notion 310 ms")]
    [InlineData(60, "CONNECTION default  waiting 113  Notion 310 ms")]
    [InlineData(40, "CONNECTION default  waiting 113")]
    [InlineData(20, "CONNECTION default")]
    [InlineData(15, "CONNECTION…")]
    public void Parts_are_shortened_and_then_go_by_their_need(int width, string line) => Assert.Equal(line, FittedLine.Of(Parts, width));

    [Theory]
    [InlineData("mean 310 ms, slowest 2500 ms", 28, "mean 310 ms, slowest 2500 ms")]
    [InlineData("mean 310 ms, slowest 2500 ms", 27, "mean 310 ms, slowest…")]
    [InlineData("mean 310 ms, slowest 2500 ms", 11, "mean…")]
    [InlineData("one-long-word", 5, "one-…")]
    public void A_sentence_ends_with_a_word_and_not_with_a_number_that_lacks_its_unit(string text, int width, string shown) =>
        Assert.Equal(shown, FittedLine.Sentence(text, width));
}
