using NotionGateway.OAuth.Connect;

namespace NotionGateway.UnitTests.OAuth.Connect;

public sealed class CallbackQueryTests
{
    [Fact]
    public void A_code_or_an_error_is_taken_if_it_stands_there_once_and_alone()
    {
        Assert.Equal(new CallbackQuery("s", "c", null), CallbackQuery.Of(["s"], ["c"], []));
        Assert.Equal(new CallbackQuery("s", null, "e"), CallbackQuery.Of(["s"], [], ["e"]));
        Assert.Equal(new CallbackQuery("s", null, null), CallbackQuery.Of(["s"], ["c"], ["e"]));
        Assert.Equal(new CallbackQuery("s", null, null), CallbackQuery.Of(["s"], ["c", "c"], []));
        Assert.Equal(new CallbackQuery("s", null, null), CallbackQuery.Of(["s"], [], ["e", "e"]));
        Assert.Equal(new CallbackQuery("s", null, null), CallbackQuery.Of(["s"], [], []));
        Assert.Equal(new CallbackQuery(null, "c", null), CallbackQuery.Of(["s", "s"], ["c"], []));
        Assert.Equal(new CallbackQuery(null, "c", null), CallbackQuery.Of([], ["c"], []));
        Assert.Equal(new CallbackQuery(null, "c", null), CallbackQuery.Of([null], ["c"], []));
    }

    [Fact]
    public void A_code_is_visible_characters_and_not_endless()
    {
        Assert.NotNull(Of(new string('c', 2048)).Code);
        Assert.NotNull(Of("0-9_~.!").Code);
        Assert.All(["", new string('c', 2049), "a b", "a\r\nb", "a\tb", "é", "\0"], code => Assert.Null(Of(code).Code));
    }

    [Fact]
    public void Nothing_of_it_can_be_printed_by_accident() => Assert.Equal("[redacted]", CallbackQuery.Of(["state"], ["code"], []).ToString());

    private static CallbackQuery Of(string code) => CallbackQuery.Of(["s"], [code], []);
}
