using NotionGateway.Access.Targets;

namespace NotionGateway.UnitTests.Access.Targets;

public sealed class QueryTokensTests
{
    private static readonly QueryTokens Tokens = new(new QueryTokenOptions { Names = QueryTokenOptions.DefaultNames, Action = QueryTokenAction.Strip });

    [Theory]
    [InlineData("/v1/users?token=S", "/v1/users")]
    [InlineData("/v1/users?token", "/v1/users")]
    [InlineData("/v1/users?token=S&a=1", "/v1/users?a=1")]
    [InlineData("/v1/users?a=1&token=S", "/v1/users?a=1")]
    [InlineData("/v1/users?a=1&token=S&b=2", "/v1/users?a=1&b=2")]
    [InlineData("/v1/users?token=S1&TOKEN=S2", "/v1/users")]
    [InlineData("/v1/users?%74oken=S", "/v1/users")]
    [InlineData("/v1/users?tok%65n=S", "/v1/users")]
    [InlineData("/v1/users?%2574oken=S", "/v1/users")]
    [InlineData("/v1/users?+token+=S", "/v1/users")]
    [InlineData("/v1/users?token[]=S&token[0]=T", "/v1/users")]
    [InlineData("/v1/users?token%5B%5D=S", "/v1/users")]
    [InlineData("/v1/users?a=1;token=S", "/v1/users?a=1")]
    [InlineData("/v1/users?a=1;token=S;b=2", "/v1/users?a=1;b=2")]
    [InlineData("/v1/users?access_token=S&Auth_Token=T&api%5fkey=U", "/v1/users")]
    [InlineData("/v1/users?x=ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678", "/v1/users")]
    [InlineData("/v1/users?x=secret_0123456789012345678901234567890123456789012&y=1", "/v1/users?y=1")]
    [InlineData("/v1/users?x=Bearer%20ntn%5F12345678901abcdefghijklmnopqrstuvwxyz012345678", "/v1/users")]
    [InlineData("/v1/users?x=ngw_0123456789012345678901234567890123456789012", "/v1/users")]
    [InlineData("/v1/users?ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678", "/v1/users")]
    [InlineData("/v1/users?x=adm_0123456789012345678901234567890123456789012&y=1", "/v1/users?y=1")]
    [InlineData("/v1/users?token%00=S&y=1", "/v1/users?y=1")]
    [InlineData("/v1/users?token%00x=S&y=1", "/v1/users?y=1")]
    [InlineData("/v1/users?tok%0Aen=S&y=1", "/v1/users?y=1")]
    [InlineData("/v1/users?%2500token=S&y=1", "/v1/users?y=1")]
    [InlineData("/v1/users?%%37%34oken=S&y=1", "/v1/users?y=1")]
    [InlineData("/v1/users?&token=S&&a", "/v1/users?&&a")]
    [InlineData("/v1/users?a&&token=S", "/v1/users?a&")]
    [InlineData("/v1/users?token=S&a&", "/v1/users?a&")]
    public void A_credential_is_taken_out_and_nothing_else(string target, string expected)
    {
        Assert.Equal(expected, Tokens.Strip(new RequestTarget(target), out var found).ToString());
        Assert.Equal(target.Split('&', ';').Length - expected.Split('&', ';').Length + (expected.Contains('?') ? 0 : 1), found);
    }

    [Theory]
    [InlineData("/v1/users")]
    [InlineData("/v1/users?")]
    [InlineData("/v1/users?x=a+b%20c%2Fd&x=2&&e=%C3%A9&q=[1]")]
    [InlineData("/v1/users?tokens=1&mytoken=2&token_type=3&start_cursor=token")]
    [InlineData("/v1/users?x=ntn_short&y=secret_also")]
    [InlineData("/v1/users?intn_12345678901abcdefghijklmnopqrstuvwxyz01=1")]
    [InlineData("/v1/users?name=a%0Ab&x=%00%1b&a%0A=b")]
    [InlineData("/v1/users?filter_properties=%3BxP&filter_properties=a_b")]
    public void A_target_without_one_stays_the_same_string(string target)
    {
        Assert.Same(target, Tokens.Strip(new RequestTarget(target), out var found).ToString());
        Assert.Equal(0, found);
    }

    [Fact]
    public void A_name_is_found_under_any_number_of_encodings() =>
        Assert.Equal("/v1/users", Tokens.Strip(new RequestTarget($"/v1/users?%{string.Concat(Enumerable.Repeat("25", 3000))}74oken=S"), out _).ToString());

    [Fact]
    public void The_names_of_the_settings_are_the_ones_looked_for()
    {
        var own = new QueryTokens(new QueryTokenOptions { Names = ["userkey"], Action = QueryTokenAction.Strip });
        Assert.Equal("/v1/users?token=S", own.Strip(new RequestTarget("/v1/users?UserKey=X&token=S"), out _).ToString());
    }

    [Theory]
    [InlineData(QueryTokenAction.Reject, 0, false)]
    [InlineData(QueryTokenAction.Reject, 1, true)]
    [InlineData(QueryTokenAction.Reject, 2, true)]
    [InlineData(QueryTokenAction.Strip, 0, false)]
    [InlineData(QueryTokenAction.Strip, 2, false)]
    internal void What_was_found_is_a_reason_to_refuse_only_where_the_settings_say_so(QueryTokenAction action, int found, bool rejects) =>
        Assert.Equal(rejects, new QueryTokens(new QueryTokenOptions { Names = QueryTokenOptions.DefaultNames, Action = action }).Rejects(found));
}
