using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Clients;

/// <summary>The page about clients: its sections, and the lines that a reader would copy from them.</summary>
internal sealed record ClientsPage(string Section, string Text)
{
    private const string Fence = "```";

    /// <summary>The address in all examples.</summary>
    public const string Address = "http://notion-gateway:8080";

    public static IReadOnlyList<ClientsPage> Sections { get; } =
    [
        .. File.ReadAllText(Repository.PathOf("docs", "clients.md")).Split("\n## ").Skip(1)
            .Select(section => new ClientsPage(section[..section.IndexOf('\n')], section)),
    ];

    public bool IsTested => Text.Contains("Tested", StringComparison.Ordinal);

    public static ClientsPage Of(string section) => Sections.Single(one => one.Section == section);

    /// <summary>The section's example, with the gateway's real address in place of the one on the page.</summary>
    public string Example(Uri gateway)
    {
        var start = Text.IndexOf('\n', Text.IndexOf(Fence, StringComparison.Ordinal)) + 1;
        var example = Text[start..Text.IndexOf(Fence, start, StringComparison.Ordinal)];
        return example.Replace(Address, gateway.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
    }
}
