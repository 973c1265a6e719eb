using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Settings;

public sealed class RenamedSettingsTests
{
    public static TheoryData<string> Old => [.. RenamedSettings.Old];

    [Theory]
    [MemberData(nameof(Old))]
    public void The_old_name_of_a_setting_is_an_error_that_names_the_new_one(string pattern)
    {
        var path = pattern.Replace("Callers:{name}", "Callers:crm").Replace("{name}", "default").Replace("{plan}", "Standard");

        var error = Assert.Single(Configured.Read((path.EndsWith("Grants") ? path + ":0" : path, "1")).Errors, error => error.Path == path);

        Assert.Equal($"was renamed: write {RenamedSettings.NewNameOf(pattern)} instead", error.Message);
    }

    [Theory]
    [MemberData(nameof(Old))]
    public void Only_the_new_name_is_documented(string pattern)
    {
        var documented = Repository.Read("docs", "configuration.md");

        Assert.Contains($"`{pattern[..(pattern.LastIndexOf(':') + 1)]}{RenamedSettings.NewNameOf(pattern)}", documented);
        Assert.DoesNotContain($"`{pattern}`", documented);
    }
}
