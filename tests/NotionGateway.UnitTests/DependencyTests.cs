using NotionGateway.TestKit;

namespace NotionGateway.UnitTests;

/// <summary>Who may use whom, folder by folder, as <see cref="DependencyTable"/> says.</summary>
public sealed class DependencyTests
{
    /// <summary>The stages, in the order of a request's way.</summary>
    private static readonly string[] Stages = ["Access", "Bodies", "Credentials", "Caching", "FlowControl", "Forwarding"];

    /// <summary>What every stage may use. It knows no stage.</summary>
    private static readonly string[] Ground = [ModuleUses.Root, "Notion", "Settings"];

    private static readonly Lazy<DependencyCheck> Gateway = new(() => Check(
        DependencyTable.Gateway,
        "notion-gateway",
        [.. Repository.Sources("src", "NotionGateway"), .. Repository.Components("src", "NotionGateway")],
        "notion-sandbox"));

    private static readonly Lazy<DependencyCheck> Sandbox = new(() => Check(
        DependencyTable.Sandbox, "notion-sandbox", Repository.Sources("src", "NotionSandbox")));

    private static IEnumerable<DependencyCheck> Both => [Gateway.Value, Sandbox.Value];

    [Fact]
    public void Every_folder_uses_only_what_the_table_lets_it() => AssertNone(Both.SelectMany(program => program.Violations()));

    [Fact]
    public void Every_folder_has_a_row_in_the_table() => AssertNone(Both.SelectMany(program => program.Unplaced()));

    [Fact]
    public void Every_file_is_in_the_namespace_of_its_folder() => AssertNone(Both.SelectMany(program => program.Misplaced()));

    [Fact]
    public void Nothing_in_the_table_is_unused() => AssertNone(Both.SelectMany(program => program.Unused()));

    [Fact]
    public void The_table_has_no_circle() => AssertNone(Both.SelectMany(program => program.UpwardRows()));

    [Fact]
    public void A_stage_uses_only_the_ground_and_earlier_stages() => AssertNone(Gateway.Value.LateStages(Stages, Ground));

    [Theory]
    [InlineData("class User { Caching.Store? _store; }", "Store")]
    [InlineData("class User { const int Size = Caching.Store.Size; }", "Store")]
    [InlineData("class User { string Name = nameof(Caching.Store); }", "Store")]
    [InlineData("[Caching.Mark] class User;", "MarkAttribute")]
    [InlineData("class User { void Use() { var made = Made.Store(); } }", "Store")]
    [InlineData("class User { int Use() => Made.Store().Count; }", "Store")]
    [InlineData("class User { void Use() => Made.Take(new()); }", "Store")]
    [InlineData("class User { int Use() => 1.Stored(); }", "StoreExtensions", "using NotionGateway.Caching;")]
    [InlineData("class User { int Use() => Size; }", "Store", "using static NotionGateway.Caching.Store;")]
    [InlineData("class User { S? _store; }", "Store", "using S = NotionGateway.Caching.Store;")]
    public void A_forbidden_use_is_told_in_a_sentence(string user, string type, string with = "")
    {
        ModuleRow[] table = [ModuleRow.Of("Caching"), ModuleRow.Of("Ground", "Caching"), ModuleRow.Of("Access", "Ground")];
        var check = Check(table, "notion-gateway",
        [
            ("Access/User.cs", $"{with} namespace NotionGateway.Access; using Ground; {user}"),
            ("Ground/Made.cs", """
                namespace NotionGateway.Ground;
                static class Made { internal static Caching.Store Store() => new(); internal static void Take(Caching.Store store) { } }
                """),
            ("Caching/Store.cs", "namespace NotionGateway.Caching; class Store { internal const int Size = 1; internal int Count => 1; }"),
            ("Caching/Mark.cs", "namespace NotionGateway.Caching; class MarkAttribute : System.Attribute;"),
            ("Caching/StoreExtensions.cs", """
                namespace NotionGateway.Caching;
                static class StoreExtensions { internal static int Stored(this int number) => number; }
                """),
        ]);

        Assert.Contains($"Access/User.cs uses Caching's {type}: Access may use Ground.", check.Violations());
        Assert.All(check.Violations(), sentence => Assert.StartsWith("Access/User.cs uses Caching's ", sentence));
    }

    [Fact]
    public void What_a_component_uses_is_seen_too()
    {
        ModuleRow[] table = [ModuleRow.Of("Caching"), ModuleRow.Of("Parts"), ModuleRow.Of("Pages", "Parts")];
        var check = Check(table, "notion-gateway",
        [
            ("Caching/Store.cs", "namespace NotionGateway.Caching; class Store;"),
            ("Parts/_Imports.razor", "@using NotionGateway.Caching\n"),
            ("Parts/Table.razor", "<p>@Model</p> @code { [Parameter] public Store? Model { get; set; } }"),
            ("Pages/Page.cs", "namespace NotionGateway.Pages; class Page { Parts.Table? _table; }"),
        ]);

        Assert.Equal(["Parts/Table.razor uses Caching's Store: Parts may use nothing."], check.Violations());
        Assert.Empty(check.Unused());
    }

    [Fact]
    public void A_table_that_does_not_fit_is_told_in_sentences()
    {
        ModuleRow[] table = [ModuleRow.Of("Access", "Caching"), ModuleRow.Of("Caching"), ModuleRow.Of("Forwarding", "Access")];
        var check = Check(table, "notion-gateway",
        [
            ("Access/A.cs", "namespace NotionGateway.Access; class A;"),
            ("New/N.cs", "namespace NotionGateway.Old; class N;"),
        ]);

        Assert.Equal(["New has no row in the table.", "Caching has a row and no files.", "Forwarding has a row and no files."], check.Unplaced());
        Assert.Equal(
            ["No file of Access uses Caching: take it out of the table.", "No file of Forwarding uses Access: take it out of the table."], check.Unused());
        Assert.Equal(["New/N.cs is in the namespace NotionGateway.Old"], check.Misplaced());
        Assert.Equal(["Access may not use Caching, which does not stand above it."], check.UpwardRows());
        Assert.Equal(["Access is part of a stage and may not use Caching."], check.LateStages(["Access", "Caching"], []));
    }

    [Fact]
    public void A_name_that_cannot_be_resolved_is_an_error() => Assert.Throws<AggregateException>(() => Check(
        [], "notion-gateway", [("Access/A.cs", "namespace NotionGateway.Access; class A { int Size => Missing.Size; }")]));

    private static DependencyCheck Check(
        ModuleRow[] table,
        string assembly,
        IEnumerable<(string Path, string Text)> sources,
        params string[] neighbours)
    {
        var files = table.Select(row => row.Name).Where(name => name.EndsWith(".cs", StringComparison.Ordinal));
        return new DependencyCheck(table, new ModuleUses(assembly, sources, files, neighbours));
    }

    private static void AssertNone(IEnumerable<string> complaints) =>
        Assert.True(!complaints.Any(), string.Join(Environment.NewLine, complaints));
}
