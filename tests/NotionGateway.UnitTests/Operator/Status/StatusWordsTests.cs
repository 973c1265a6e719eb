using NotionGateway.Operator.Status;

namespace NotionGateway.UnitTests.Operator.Status;

public sealed class StatusWordsTests
{
    [Fact]
    public void Half_of_a_character_is_never_shown() => Assert.Equal("a…", StatusWords.Cut("a\U0001F600b", 3));
}
