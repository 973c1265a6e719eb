namespace NotionGateway.UnitTests;

/// <summary>One row of a table of dependencies: a module, and what it may use. Null means every row above it.</summary>
internal sealed record ModuleRow(string Name, string[]? Uses)
{
    public static ModuleRow Of(string name, params string[] uses) => new(name, uses);

    /// <summary>A module that puts the others together.</summary>
    public static ModuleRow Composition(string name) => new(name, null);
}

/// <summary>A table of dependencies, held against what the files do. Every complaint is a sentence that says where to look.</summary>
/// <param name="table">The modules, lowest first: a row may name only rows above it, so that there is no circle.</param>
/// <param name="project">The files.</param>
internal sealed class DependencyCheck(ModuleRow[] table, ModuleUses project)
{
    private readonly IReadOnlyList<ModuleUse> _uses = project.Find();

    public IEnumerable<string> Violations() =>
        from use in _uses
        let at = Array.FindIndex(table, row => row.Name == use.From)
        where at >= 0 && !Allowed(at).Contains(use.To)
        select $"{use.Path} uses {use.To}'s {use.Type}: {use.From} may use {(table[at].Uses is { } allowed ? Words(allowed) : "only rows above it")}.";

    public IEnumerable<string> Unplaced() => project.Modules.Except(table.Select(row => row.Name)).Select(module => $"{module} has no row in the table.")
        .Concat(table.Select(row => row.Name).Except(project.Modules).Except(_uses.Select(use => use.To)).Select(name => $"{name} has a row and no files."))
        .Concat(table.CountBy(row => row.Name).Where(row => row.Value > 1).Select(row => $"{row.Key} has more than one row."));

    public IEnumerable<string> Unused() =>
        from pair in table.SelectMany(row => (row.Uses ?? []).Select(to => (From: row.Name, To: to)))
        where !_uses.Any(use => (use.From, use.To) == pair)
        select $"No file of {pair.From} uses {pair.To}: take it out of the table.";

    public IEnumerable<string> Misplaced() => project.Misplaced();

    public IEnumerable<string> UpwardRows() =>
        from row in table.Index()
        from to in row.Item.Uses ?? []
        where !table.Take(row.Index).Any(above => above.Name == to)
        select $"{row.Item.Name} may not use {to}, which does not stand above it.";

    /// <summary>Stages that may use more than the ground, themselves and earlier stages. A stage's sub-folders belong to it.</summary>
    public IEnumerable<string> LateStages(string[] stages, string[] ground) =>
        from row in table
        let at = Array.IndexOf(stages, Top(row.Name))
        where at >= 0
        from to in row.Uses ?? []
        where !ground.Contains(Top(to)) && !stages.Take(at + 1).Contains(Top(to))
        select $"{row.Name} is part of a stage and may not use {to}.";

    private IEnumerable<string> Allowed(int at) => table[at].Uses ?? table.Take(at).Select(row => row.Name);

    private static string Top(string module) => module.Split('/')[0];

    private static string Words(string[] allowed) => allowed.Length == 0 ? "nothing" : string.Join(", ", allowed);
}
