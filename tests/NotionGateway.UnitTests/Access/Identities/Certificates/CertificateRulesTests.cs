using NotionGateway.Access.Identities.Certificates;

namespace NotionGateway.UnitTests.Access.Identities.Certificates;

/// <summary>Whose certificate has these names, in whatever order they stand.</summary>
public sealed class CertificateRulesTests
{
    private static readonly CertificateRules Rules = new([("crm", "dns:crm"), ("crm", "uri:a:crm"), ("web", "dns:web")]);

    [Theory]
    [InlineData("", null, null)]
    [InlineData("dns:x", null, null)]
    [InlineData("dns:crm", "crm", null)]
    [InlineData("dns:crm dns:x", "crm", null)]
    [InlineData("dns:x dns:crm", "crm", null)]
    [InlineData("dns:crm uri:a:crm", "crm", null)]
    [InlineData("dns:crm dns:web", "crm", "web")]
    [InlineData("dns:crm dns:web dns:x", "crm", "web")]
    [InlineData("dns:crm dns:x dns:web", "crm", "web")]
    [InlineData("dns:crm dns:web uri:a:crm", "crm", "web")]
    public void Names_without_a_caller_neither_hide_a_caller_nor_that_there_are_two(string names, string? owner, string? second)
    {
        Assert.Equal(owner, Rules.OwnerOf(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), out var other));
        Assert.Equal(second, other);
    }
}
