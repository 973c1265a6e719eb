using NotionGateway.Cli.Text;

namespace NotionGateway.UnitTests.Cli.Text;

public sealed class FittedTableTests
{
    private static readonly TextColumn[] Columns =
    [
        new("NAME") { Narrowest = 6 }, new("REQUESTS") { Short = "REQ" }, new("WEIGHT") { Goes = 1 },
        new("IDENTIFIER") { Short = "ID", Narrowest = 4, Goes = 2 },
    ];

    private static readonly string[][] Rows = [["reporting", "12345", "1", "abcdefghijkl"]];

    [Theory]
    [InlineData(80, "NAME       REQUESTS  WEIGHT  IDENTIFIER", "reporting  12345     1       abcdefghijkl")]
    [InlineData(59, "NAME      REQUESTS WEIGHT IDENTIFIER", "reporting 12345    1      abcdefghijkl")] // One space where there is little room.
    [InlineData(37, "NAME      REQ   WEIGHT ID", "reporting 12345 1      abcdefghijkl")] // First the headings,
    [InlineData(28, "NAME      REQ   WEIGHT ID", "reporting 12345 1      abcd…")] // then texts from the right,
    [InlineData(25, "NAME    REQ   WEIGHT ID", "report… 12345 1      abc…")]
    [InlineData(23, "NAME      REQ   WEIGHT", "reporting 12345 1")] // then the column that is needed least.
    [InlineData(15, "NAME      REQ", "reporting 12345")]
    [InlineData(12, "NAME   REQ", "repor… 12345")] // Never a number.
    public void What_is_needed_least_goes_first(int width, string headings, string row) =>
        Assert.Equal([headings, row], FittedTable.Lines(Columns, Rows, width));
}
