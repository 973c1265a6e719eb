using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NotionGateway.UnitTests;

/// <summary>One file that uses one type of another module: by its name, through a member, or as an attribute.</summary>
internal sealed record ModuleUse(string Path, string From, string To, string Type);

/// <summary>
/// Who uses whom among the modules of a project: its folders, and the single files that are a module of their own. Every name is resolved as
/// the compiler does it, so that relative names, extension methods and members reached through <c>var</c> are seen too.
/// </summary>
internal sealed partial class ModuleUses
{
    public const string Root = "(root)";

    // What a project of Microsoft.NET.Sdk.Web sees without saying so.
    private static readonly string ImplicitUsings = string.Concat(new[]
    {
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Net.Http.Json", "System.Threading",
        "System.Threading.Tasks", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    }.Select(name => $"global using {name};\n"));

    private static readonly CSharpParseOptions Syntax = new(LanguageVersion.Preview, DocumentationMode.None);

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    private readonly HashSet<string> _fileModules;
    private readonly string[] _neighbours;
    private readonly CSharpCompilation _compilation;
    private readonly HashSet<string> _names;
    private readonly Dictionary<string, string> _components;

    /// <param name="assembly">The project's assembly, by the name that others let see their internals.</param>
    /// <param name="sources">Its files, by their paths from its folder.</param>
    /// <param name="fileModules">Files that are a module of their own, and no part of their folder.</param>
    /// <param name="neighbours">Other projects that count as one module each, by the name of their assembly.</param>
    public ModuleUses(string assembly, IEnumerable<(string Path, string Text)> sources, IEnumerable<string> fileModules, params string[] neighbours)
    {
        _fileModules = [.. fileModules];
        _neighbours = neighbours;
        _compilation = CSharpCompilation.Create(
            assembly,
            sources.Append(("", ImplicitUsings)).AsParallel()
                .Select(source => CSharpSyntaxTree.ParseText(IsComponent(source.Item1) ? StandIn(source.Item1) : source.Item2, Syntax, source.Item1)),
            References.Value.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != assembly),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        _names = Names();
        _components = sources.Where(source => IsComponent(source.Path)).ToDictionary(source => source.Path, source => source.Text, StringComparer.Ordinal);
    }

    private IEnumerable<SyntaxTree> Files => _compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0);

    public IReadOnlySet<string> Modules => Files.Select(tree => ModuleOf(tree.FilePath)).ToHashSet(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">A name cannot be resolved, so that what it uses would go unseen.</exception>
    public IReadOnlyList<ModuleUse> Find() =>
        [.. Files.AsParallel().SelectMany(Find).Concat(_components.AsParallel().SelectMany(FindInComponent)).Distinct().OrderBy(use => (use.Path, use.Type))];

    /// <summary>Files whose namespace is not their folder.</summary>
    public IEnumerable<string> Misplaced() =>
        from tree in Files
        from space in tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
        where string.Join('/', space.Name.ToString().Split('.')[1..]) != FolderOf(tree.FilePath)
        select $"{tree.FilePath} is in the namespace {space.Name}";

    private static bool IsComponent(string path) => path.EndsWith(".razor", StringComparison.Ordinal);

    /// <summary>What the Razor compiler makes of a component, as far as other files see it.</summary>
    private static string StandIn(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name == "_Imports" ? "" : $"namespace NotionGateway.{FolderOf(path).Replace('/', '.')}; "
            + $"public partial class {name} : Microsoft.AspNetCore.Components.ComponentBase;";
    }

    /// <summary>Every word of a component that is the name of a type in a namespace that it uses.</summary>
    private IEnumerable<ModuleUse> FindInComponent(KeyValuePair<string, string> component)
    {
        var (path, text) = component;
        var module = ModuleOf(path);
        var imports = _components.Where(other => FolderOf(other.Key) == FolderOf(path) && other.Key.EndsWith("_Imports.razor", StringComparison.Ordinal));
        var spaces = Using().Matches(string.Concat(imports.Select(other => other.Value).Append(text))).Select(match => match.Groups["name"].Value).ToHashSet();
        return
            from word in Word().Matches(text).Select(match => match.Value).Distinct()
            from type in _compilation.GetSymbolsWithName(word, SymbolFilter.Type).OfType<INamedTypeSymbol>()
            where spaces.Contains(type.ContainingNamespace.ToString() ?? "")
            let to = ModuleOf(type)
            where to is not null && to != module
            select new ModuleUse(path, module, to, type.Name);
    }

    private IEnumerable<ModuleUse> Find(SyntaxTree tree)
    {
        var model = _compilation.GetSemanticModel(tree);
        var from = ModuleOf(tree.FilePath);
        foreach (var node in tree.GetRoot().DescendantNodes())
        {
            if (node is not ImplicitObjectCreationExpressionSyntax && !(node is SimpleNameSyntax name && _names.Contains(name.Identifier.ValueText)))
            {
                continue;
            }

            var found = model.GetSymbolInfo(node);
            ISymbol[] symbols = found.Symbol is { } only ? [only] : [.. found.CandidateSymbols];
            if (symbols.Length == 0)
            {
                throw new InvalidOperationException($"{tree.FilePath}({node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}): what is '{node}'?");
            }

            foreach (var type in symbols.Select(Outermost).OfType<INamedTypeSymbol>())
            {
                if (ModuleOf(type) is { } to && to != from)
                {
                    yield return new ModuleUse(tree.FilePath, from, to, type.Name);
                }
            }
        }
    }

    /// <summary>The names that can lead to another module. All others need not be resolved, which is most of the time this takes.</summary>
    private HashSet<string> Names()
    {
        var declared = _compilation.GetSymbolsWithName(_ => true, SymbolFilter.TypeAndMember).Select(symbol => symbol.Name);
        var neighbours = _compilation.SourceModule.ReferencedAssemblySymbols.Where(assembly => _neighbours.Contains(assembly.Name));
        var names = declared.Concat(neighbours.SelectMany(assembly => assembly.TypeNames)).Append("var").ToHashSet(StringComparer.Ordinal);
        var attributes = names.Where(name => name.EndsWith(nameof(Attribute), StringComparison.Ordinal));
        return [.. names, .. attributes.Select(name => name[..^nameof(Attribute).Length])];
    }

    /// <summary>The top-level type that a name leads to. A namespace, a local or a type parameter leads to none.</summary>
    private static INamedTypeSymbol? Outermost(ISymbol symbol)
    {
        var type = symbol is IAliasSymbol alias ? alias.Target as INamedTypeSymbol
            : symbol as INamedTypeSymbol ?? (symbol is IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol ? symbol.ContainingType : null);
        while (type?.ContainingType is { } outer)
        {
            type = outer;
        }

        return type is { IsAnonymousType: false } ? type.OriginalDefinition : null;
    }

    private string? ModuleOf(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences is [var declaration, ..] ? ModuleOf(declaration.SyntaxTree.FilePath)
        : type.ContainingAssembly?.Name is { } assembly && _neighbours.Contains(assembly) ? assembly
        : null;

    private string ModuleOf(string path) => _fileModules.Contains(path) ? path : FolderOf(path) is { Length: > 0 } folder ? folder : Root;

    private static string FolderOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    [GeneratedRegex(@"^@using (?<name>[\w.]+)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Using();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
