using CsCheck;
using NotionGateway.Access;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Access;

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
    public void A_canonical_target_passes_as_it_is(string raw)
    {
        Assert.Null(TargetGuard.Check(raw, Operations, out var target));
        Assert.Same(raw, target);
    }

    [Fact]
    public void One_slash_too_many_before_v1_is_taken_away()
    {
        Assert.Null(TargetGuard.Check("//v1/users/me?a=b", Operations, out var target));
        Assert.Equal("/v1/users/me?a=b", target);
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
    [InlineData("/v1/pages/0f0f/properties/%2F")]
    [InlineData("/v1/pages/0f0f/properties/a%2fb")]
    [InlineData("/v1/pages/0f0f/properties/%252e%252e")]
    [InlineData("/v1/pages/0f0f/properties/%253B")]
    [InlineData("/v1/pages/0f0f/properties/%41")]
    [InlineData("/v1/pages/0f0f/properties/%7E")]
    [InlineData("/v1/pages/0f0f/properties/%00")]
    [InlineData("/v1/pages/0f0f/properties/%0d%0a")]
    [InlineData("/v1/pages/0f0f/properties/%7F")]
    [InlineData("/v1/pages/0f0f/properties/%20")]
    [InlineData("/v1/pages/0f0f/properties/%C3%A9")]
    [InlineData("/v1/pages/0f0f/properties/%zz")]
    [InlineData("/v1/pages/0f0f/properties/%3")]
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
    [InlineData("/v1/users?a=%00")]
    [InlineData("/v1/users?a=%0d%0aX: y")]
    [InlineData("/v1/users?a=%1b[31m")]
    [InlineData("/v1/users?a=%F0%28")]
    [InlineData("/v1/users?a=%c0%ae")]
    [InlineData("/v1/users?a=é")]
    [InlineData("/v1/users?a=\u007f")]
    public void A_target_with_two_readings_is_refused(string raw)
    {
        var refusal = TargetGuard.Check(raw, Operations, out _);
        Assert.Equal(RefusalReason.MalformedTarget, refusal?.Reason);
        Assert.DoesNotContain(raw.Length > 3 ? raw : "\u0000", refusal!.Message);
    }

    [Fact]
    public void What_passes_has_only_one_reading()
    {
        var piece = Gen.OneOf("v1", "users", "pages", "properties", "..", ".", "%2e", "%2F", "%5c", "%3B", "%25", "%41", "a", "/", "//", "?", "&", "=", ";", "#", "\\", "%00", "%C3%A9", "~", "%", "é");
        piece.Array[1, 12].Select(pieces => "/" + string.Concat(pieces)).Sample(raw =>
        {
            if (TargetGuard.Check(raw, Operations, out var target) is not null)
            {
                return true;
            }

            var path = target.Split('?')[0];
            var decoded = Uri.UnescapeDataString(path);
            return (target == raw || "/" + target == raw)
                && !path.Contains("//", StringComparison.Ordinal)
                && !path.Split('/').Any(segment => Uri.UnescapeDataString(segment) is "." or "..")
                && decoded.Count(character => character == '/') == path.Count(character => character == '/')
                && !Uri.UnescapeDataString(decoded).Contains('\0', StringComparison.Ordinal)
                && Uri.UnescapeDataString(decoded) == decoded
                && target.All(character => character is > ' ' and < '\u007f' and not '#');
        }, iter: 20_000);
    }
}
