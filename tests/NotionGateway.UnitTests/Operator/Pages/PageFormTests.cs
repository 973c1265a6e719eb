using NotionGateway.Operator.Pages;

namespace NotionGateway.UnitTests.Operator.Pages;

public sealed class PageFormTests
{
    [Fact]
    public void A_field_is_its_one_value_without_white_space_around_it()
    {
        var form = PageForm.Parse("name=+acme%0D%0A&twice=1&twice=2&empty=&k%C3%BCche=x");

        Assert.Equal(("acme", "", "", "", "x"), (form["name"], form["twice"], form["empty"], form["missing"], form["küche"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&&&")]
    [InlineData("=x")]
    [InlineData("%zz=%")]
    public void What_is_no_form_has_no_fields(string text) => Assert.Equal("", PageForm.Parse(text)["name"]);

    [Fact]
    public void A_form_with_more_fields_than_any_of_ours_has_none() =>
        Assert.Equal("", PageForm.Parse("name=x&" + string.Join('&', Enumerable.Range(0, 2000).Select(number => $"f{number}=1")))["name"]);
}
