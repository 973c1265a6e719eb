using NotionGateway.Caching.Tags;

namespace NotionGateway.UnitTests.Caching.Tags;

public sealed class TagTests
{
    [Theory]
    [InlineData("0f0f0f0f-1111-4222-8333-444444444444", "0F0F0F0F111142228333444444444444")]
    [InlineData("Some-Id", "some-id")]
    public void Dashes_and_case_of_an_id_do_not_matter(string one, string same) => Assert.Equal(Tag.IdOf(one), Tag.IdOf(same));

    [Theory]
    [InlineData("0f0f0f0f-1111-4222-8333-444444444444", "0f0f0f0f-1111-4222-8333-444444444445")]
    [InlineData("0f0f0f0f111142228333444444444444", "00f0f0f0f111142228333444444444444")]
    [InlineData("0f", "000000000000000000000000000000000f")]
    [InlineData("title", "titles")]
    public void Different_ids_are_different(string one, string other) => Assert.NotEqual(Tag.IdOf(one), Tag.IdOf(other));
}
