using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Access.Targets;

public sealed class TargetGuardTests
{
    private static readonly OperationTable Operations = new(NotionOperations.All);

    [Theory]
    [InlineData("/v1/users/me")]
    [InlineData("/v1/users?start_cursor=abc&page_size=100")]
    [InlineData("/v1/pages/0f0f0f0f111142228333444444444444/properties/title")]
    [InlineData("/v1/pages/0f0f/properties/%3BxP%40")]
    [InlineData("/v1/pages/0f0f/properties/%5C%5E%7C%7B%7D")]
    [InlineData("/v1/pages/0f0f/properties/a!*'()")]
    [InlineData("/v1/async_tasks/task_0123abc")]
    [InlineData("/v1/users?x=a+b%20c%2Fd&x=2&&e=%C3%A9&q=[1]")]
    [InlineData("/v1/users?path=../..//x\\y")]
    [InlineData("/v1/pages/..a/properties/title")]
    [InlineData("/v1/unheard/of")]
    [InlineData("/v1/pages/0f0f/properties/%2F7eo")]
    [InlineData("/v1/pages/0f0f/properties/%25s9")]
    [InlineData("/v1/pages/0f0f/properties/a;b?x=1")]
    [InlineData("/v1/pages/0f0f?filter_properties=%2F7eo&filter_properties=%25s9")]
    [InlineData("/v1/custom_emojis?name=a%0Ab")]
    [InlineData("/v1/custom_emojis?name=%09%00%1b[31m%7F")]
    [InlineData("/v1/custom_emojis?name=%E2%80%A8%C2%85")]
    public void A_canonical_target_passes_as_it_is(string raw)
    {
        Assert.Null(TargetGuard.Check(raw, Operations, out var target));
        Assert.Same(raw, target.ToString());
    }

    [Fact]
    public void One_slash_too_many_before_v1_is_taken_away()
    {
        Assert.Null(TargetGuard.Check("//v1/users/me?a=b", Operations, out var target));
        Assert.Equal("/v1/users/me?a=b", target.ToString());
        Assert.Equal("/v1/users/me", target.Path);
        Assert.Equal("a=b", target.Query);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("v1/users")]
    [InlineData("http://evil/v1/users")]
    [InlineData("https://api.notion.com/v1/users")]
    [InlineData("@evil/v1/users")]
    [InlineData("///v1/users")]
    [InlineData("//evil/v1/users")]
    [InlineData("//v1//users")]
    [InlineData("/v1//users")]
    [InlineData("/v1/pages/../users")]
    [InlineData("/v1/./users")]
    [InlineData("/v1/pages/..")]
    [InlineData("/v1/.")]
    [InlineData("/v1/%2e%2e/users")]
    [InlineData("/v1/%2E/users")]
    [InlineData("/v1/.%2e/users")]
    [InlineData("/v1/pages/0f0f/properties/%2e%2e")]
    [InlineData("/v1/pages/0f0f/properties/..")]
    [InlineData("/v1/pages/0f0f/properties/%252e%252e")]
    [InlineData("/v1/pages/0f0f/properties/%00")]
    [InlineData("/v1/pages/0f0f/properties/%0d%0a")]
    [InlineData("/v1/pages/0f0f/properties/%7F")]
    [InlineData("/v1/pages/0f0f/properties/%zz")]
    [InlineData("/v1/pages/0f0f/properties/%3")]
    [InlineData("/v1/pages/0f0f/properties/%2F..%2Fx")]
    [InlineData("/v1/pages/0f0f/properties/a%2f%2E%2e")]
    [InlineData("/v1/pages/0f0f/properties/..;x")]
    [InlineData("/v1/pages/0f0f/properties/a|b")]
    [InlineData("/v1/pages/0f0f/properties/%2F7eo/")]
    [InlineData("/v1/pages/0f%2F0f/properties/x")]
    [InlineData("/v1/users/a%2Fb")]
    [InlineData("/v1/users/secret_0123456789012345678901234567890123456789012")]
    [InlineData("/v1/users/ngw_0123456789012345678901234567890123456789012")]
    [InlineData("/v1/pages/%3B")]
    [InlineData("/v1/pages/a%40b")]
    [InlineData("/v1/users/%6de")]
    [InlineData("/v1/%75sers")]
    [InlineData("/v1/users%3ftoken=Z")]
    [InlineData("/v1/users%3Ftoken")]
    [InlineData("/v1/users#token=Z")]
    [InlineData("/v1/users?a=b#c")]
    [InlineData("/v1/users;a=b")]
    [InlineData("/v1/pages/0f0f;v=1/properties/title")]
    [InlineData("/v1/pages/a:b")]
    [InlineData("/v1/pages/a\\b")]
    [InlineData("/v1/pages/..%5cusers")]
    [InlineData("/v1/pages/a b")]
    [InlineData("/v1/pages/a\tb")]
    [InlineData("/v1/pages/a\u0001b")]
    [InlineData("/v1/pages/é")]
    [InlineData("/v1/pages/%c0%ae")]
    [InlineData("/v1/users?a=%zz")]
    [InlineData("/v1/users?a=%")]
    [InlineData("/v1/users?a=%4")]
    [InlineData("/v1/users?a=%0d%0aX: y")]
    [InlineData("/v1/users?a=%F0%28")]
    [InlineData("/v1/users?a=%c0%ae")]
    [InlineData("/v1/users?a=é")]
    [InlineData("/v1/users?a=\u007f")]
    [InlineData("/v1/users?a=\n")]
    public void A_target_with_two_readings_is_refused(string raw)
    {
        var refusal = TargetGuard.Check(raw, Operations, out _);
        Assert.Equal(RefusalReason.MalformedTarget, refusal?.Reason);
        Assert.DoesNotContain(raw.Length > 3 ? raw : "\u0000", refusal!.Message);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_property_id_that_is_too_long_is_called_malformed_and_others_have_no_limit()
    {
        Assert.Null(TargetGuard.Check($"/v1/pages/0f0f/properties/{new string('a', PropertyId.Longest)}", Operations, out _));
        Assert.Contains("200 bytes", TargetGuard.Check($"/v1/pages/0f0f/properties/{new string('a', PropertyId.Longest + 1)}", Operations, out _)?.Message);
        Assert.Null(TargetGuard.Check($"/v1/pages/{new string('a', 300)}/properties/title", Operations, out _));
        Assert.Null(TargetGuard.Check($"/v1/unheard/{new string('a', 300)}", Operations, out _));
    }

    [Fact]
    public void The_path_is_judged_before_the_query() =>
        Assert.Contains("dot segment", TargetGuard.Check("/v1/../x?a=%zz", Operations, out _)?.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("//v1/users", true)]
    [InlineData("/v1/users", false)]
    [InlineData("//v1", false)]
    [InlineData("//V1/users", false)]
    [InlineData("///v1/users", false)]
    [InlineData("//host/v1/", false)]
    public void Only_two_slashes_before_v1_are_read_as_one(string raw, bool two) => Assert.Equal(two, TargetGuard.HasTwoSlashes(raw));
}
