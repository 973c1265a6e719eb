using NotionGateway.Cli.Text;

namespace NotionGateway.UnitTests.Cli.Text;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("Acme Søstre 東京 🙂", "Acme Søstre 東京 🙂")]
    [InlineData("a\u001b[2Jb", "a\uFFFD[2Jb")]
    [InlineData("a\u009b31mb", "a\uFFFD31mb")]
    [InlineData("a\nb\tc\u2028d", "a\uFFFDb\uFFFDc\uFFFDd")]
    [InlineData("user\u202Egpj.exe", "user\uFFFDgpj.exe")]
    [InlineData("a\u2066b\u200F", "a\uFFFDb\uFFFD")]
    public void What_steers_a_terminal_is_replaced(string text, string shown) => Assert.Equal(shown, PlainText.Of(text));

    [Fact]
    public void Half_a_character_is_none() => Assert.Equal("a\uFFFDb", PlainText.Of("a\ud800b"));

    [Fact]
    public void Columns_stand_below_each_other_and_the_first_is_never_cut()
    {
        var output = new StringWriter { NewLine = "\n" };

        TextTable.Write(output, ["NAME", "OWNER"], [[new string('a', 60), "x"], ["b", new string('o', 60)]]);

        Assert.Equal($"NAME{new string(' ', 58)}OWNER\n{new string('a', 60)}  x\nb{new string(' ', 61)}{new string('o', 47)}…\n", output.ToString());
    }
}
