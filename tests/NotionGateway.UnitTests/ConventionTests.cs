using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.Logging;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests;

/// <summary>The conventions of this repository, checked.</summary>
public sealed partial class ConventionTests
{
    /// <summary>The stages and what they are built on. <see cref="DependencyTests"/> checks which of them may use which.</summary>
    private static readonly string[] Stages = ["Access", "Bodies", "Credentials", "Caching", "FlowControl", "Forwarding", "Notion", "Settings"];

    private static readonly string[] Edge = ["Feature", "Middleware", "Transform", "Endpoints"];

    private static readonly (string Path, string Text)[] Gateway = [.. Repository.Sources("src", "NotionGateway")];

    private static readonly (string Path, string Text)[] Sandbox = [.. Repository.Sources("src", "NotionSandbox")];

    /// <summary>What a build, a tool or Git itself writes. It is not part of the repository.</summary>
    private static readonly string[] Generated = [".git", "artifacts", "bin", "BenchmarkDotNet.Artifacts", "node_modules", "obj", "TestResults"];

    private static IEnumerable<(string Path, string Text)> AllCode =>
        new[] { "src", "tests", "bench" }.SelectMany(folder => Repository.Sources(folder).Select(file => (Path: $"{folder}/{file.Path}", file.Text)));

    private static IEnumerable<(string Path, string Text)> AllSources => Gateway.Concat(Sandbox);

    [Fact]
    public void Only_the_edge_of_a_stage_knows_HTTP() => AssertNone(Gateway, file =>
        Stages.Contains(FolderOf(file.Path)) && !Edge.Any(suffix => file.Path.EndsWith(suffix + ".cs"))
            ? HttpTypes().Matches(file.Text).Select(match => $"mentions {match.Value}")
            : []);

    [Fact]
    public void Only_features_and_the_host_register_services() => AssertNone(Gateway, file =>
        file.Path.EndsWith("Feature.cs") || file.Path == "Hosting/GatewayHost.cs"
            ? []
            : Registration().Matches(file.Text).Select(match => $"calls {match.Value}"));

    [Fact]
    public void Types_are_internal_and_sealed()
    {
        var types = new[] { typeof(GatewayRequest).Assembly, typeof(NotionSandbox.SandboxServer).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace is { } name && (name.StartsWith("NotionGateway") || name.StartsWith("NotionSandbox")) && !IsGenerated(type))
            .Where(type => !IsComponent(type));

        // Nobody but the Razor compiler writes the head of a component's type. An abstract type is there to be derived from; all else is sealed and internal.
        Assert.Empty(types.Where(type => type.IsPublic || (type is { IsClass: true, IsSealed: false, IsAbstract: false })).Select(type => type.FullName));
    }

    [Fact]
    public void Every_log_event_has_an_id_and_a_name_of_its_own()
    {
        // The sandbox runs inside the gateway too, and then both write to one log.
        var events = new[] { typeof(GatewayRequest).Assembly, typeof(NotionSandbox.SandboxServer).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().ToList();
        Assert.NotEmpty(events);
        Assert.Empty(events.CountBy(log => log.EventId).Where(id => id.Key <= 0 || id.Value > 1).Select(id => id.Key));
        Assert.Empty(events.CountBy(log => log.EventName ?? "").Where(name => name.Key.Length == 0 || name.Value > 1).Select(name => name.Key));
    }

    [Fact]
    public void Every_type_says_what_it_is_for() => AssertNone(AllSources, file => TypeDeclaration().Matches(file.Text)
        .Where(match => !Documented(file.Text, match.Index)).Select(match => $"'{match.Value.Trim()}' has no summary"));

    [Fact]
    public void Files_stay_short()
    {
        AssertNone(AllSources, file => Lines(file.Text) > 250 ? [$"has {Lines(file.Text)} lines"] : []);
        var lengths = Gateway.Select(file => Lines(file.Text)).Order().ToArray();
        Assert.InRange(lengths[lengths.Length / 2], 1, 60);
        Assert.InRange(lengths[lengths.Length * 9 / 10], 1, 150);
    }

    [Fact]
    public void No_line_of_code_is_longer_than_160_characters() => AssertNone(
        AllCode,
        file => file.Text.Split('\n').Index().Where(line => line.Item.TrimEnd('\r').Length > 160)
            .Select(line => $"has {line.Item.Length} characters in line {line.Index + 1}"));

    [Fact]
    public void Every_file_ends_with_one_line_break() => AssertNone(
        AllCode,
        file => file.Text.EndsWith('\n') && !file.Text.EndsWith("\n\n", StringComparison.Ordinal) ? [] : ["does not"]);

    /// <summary>The order that <c>dotnet format</c> makes. The build checks the rest of the style, but neither this nor the end of a file.</summary>
    [Fact]
    public void Usings_are_in_order() => AssertNone(
        AllCode,
        file =>
        {
            var usings = PlainUsings().Matches(file.Text).Select(match => match.Groups["name"].Value).ToList();
            var sorted = usings.OrderBy(name => name != "System" && !name.StartsWith("System."))
                .ThenBy(name => name.Replace('.', ' '), StringComparer.OrdinalIgnoreCase);
            return usings.SequenceEqual(sorted) ? [] : ["has usings out of order"];
        });

    [Fact]
    public void The_compiler_is_seldom_overruled_about_null()
    {
        var uses = Gateway.Select(file => (file.Path, Count: NullForgivingIn(file.Text))).Where(file => file.Count > 0).ToList();
        var list = string.Join(", ", uses.OrderByDescending(file => file.Count).Select(file => $"{file.Path} {file.Count}"));
        Assert.True(uses.Sum(file => file.Count) <= 50, $"{uses.Sum(file => file.Count)} null-forgiving operators, at most 50 are allowed: {list}");
    }

    [Fact]
    public void No_file_holds_a_conflict_that_was_not_resolved() => AssertNone(
        TextFiles(new DirectoryInfo(Repository.Root)),
        file => ConflictMarkers().Matches(file.Text).Select(match => $"holds {match.Value.Trim()}"));

    [Fact]
    public void Folders_stay_small() => Assert.Empty(
        from program in new[] { Gateway, Sandbox }
        from folder in program.CountBy(file => file.Path[..Math.Max(0, file.Path.LastIndexOf('/'))])
        where folder.Value > 20
        select $"{folder.Key} holds {folder.Value} files");

    [Fact]
    public void What_all_stages_share_has_few_parts_that_change() =>
        Assert.InRange(typeof(GatewayRequest).GetProperties().Count(property => property.SetMethod is { } setter && !IsInitOnly(setter)), 0, 8);

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() => AssertNone(AllSources, file =>
        file.Path.Split('/')[..^1].Intersect(["Services", "Helpers", "Utils", "Common", "Models", "Extensions", "Infrastructure", "Interfaces", "Managers"])
            .Select(name => $"stands in {name}"));

    [Fact]
    public void Nothing_is_left_for_later() => AssertNone(AllSources.Concat(OtherTests()), file =>
        Leftovers().Matches(file.Text).Select(match => $"holds {match.Value}"));

    [Fact]
    public void No_unit_test_waits_on_a_real_clock() => AssertNone(OtherTests("NotionGateway.UnitTests"), file =>
        RealWaits().Matches(file.Text).Select(match => $"calls {match.Value}"));

    [Fact]
    public void No_test_can_fail_to_fail() => AssertNone(OtherTests(), file =>
        EmptyTests().Matches(file.Text).Select(match => $"holds {match.Value}"));

    [Fact]
    public void No_test_host_reads_the_settings_of_the_product() => AssertNone(OtherTests(), file =>
        SettingsReadingHosts().Matches(file.Text).Select(match => $"calls {match.Value}"));

    [Fact]
    public void Unit_tests_mirror_the_folders() => Assert.Empty(
        Directory.GetDirectories(Repository.PathOf("tests", "NotionGateway.UnitTests")).Select(Path.GetFileName).Except(
            Directory.GetDirectories(Repository.PathOf("src", "NotionGateway")).Select(Path.GetFileName)));

    [Fact]
    public void Every_promise_has_a_test_file_of_its_name() => Assert.Equal(
        ["P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09", "P10", "P11"],
        Directory.GetFiles(Repository.PathOf("tests", "NotionGateway.IntegrationTests", "Promises"), "P*.cs")
            .Select(path => Path.GetFileName(path)[..3]).Order());

    [Fact]
    public void Tests_are_sentences()
    {
        var names = typeof(ConventionTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name);
        Assert.All(names, name => Assert.Contains('_', name));
    }

    private static void AssertNone(IEnumerable<(string Path, string Text)> files, Func<(string Path, string Text), IEnumerable<string>> complaints) =>
        Assert.Empty(files.SelectMany(file => complaints(file).Select(complaint => $"{file.Path} {complaint}")));

    /// <summary>The tests, without this file: it names what it looks for.</summary>
    private static IEnumerable<(string Path, string Text)> OtherTests(params string[] folder) =>
        Repository.Sources(["tests", .. folder]).Where(file => !file.Path.EndsWith("ConventionTests.cs"));

    /// <summary>Every file of the repository without a NUL character, which is how Git tells text from other files.</summary>
    private static IEnumerable<(string Path, string Text)> TextFiles(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(child => !Generated.Contains(child.Name) && child.LinkTarget is null).SelectMany(TextFiles).Concat(
            folder.EnumerateFiles().Where(file => file.LinkTarget is null)
                .Select(file => (Path.GetRelativePath(Repository.Root, file.FullName), Text: File.ReadAllText(file.FullName)))
                .Where(file => !file.Text.Contains('\0')));

    private static int NullForgivingIn(string text) =>
        CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().Count(node => node.IsKind(SyntaxKind.SuppressNullableWarningExpression));

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : "";

    private static int Lines(string text) => text.Count(character => character == '\n');

    private static bool Documented(string text, int at)
    {
        // Attributes may be between the summary and the type.
        var before = text[..at].TrimEnd().Split('\n').Reverse().SkipWhile(line => line.TrimStart().StartsWith('['));
        return before.FirstOrDefault()?.TrimStart().StartsWith("///") == true;
    }

    private static bool IsInitOnly(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit));

    private static bool IsComponent(Type type) => typeof(Microsoft.AspNetCore.Components.IComponent).IsAssignableFrom(type) || type.Name == "_Imports";

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<') || type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute))
        || type.DeclaringType is { } outer && IsGenerated(outer)
        || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute));

    [GeneratedRegex(
        @"Microsoft\.AspNetCore|Yarp\.|" +
        @"\b(HttpContext|IHeaderDictionary|IApplicationBuilder|HttpRequest|HttpResponse|RequestDelegate|StatusCodes)\b",
        RegexOptions.ExplicitCapture)]
    private static partial Regex HttpTypes();

    [GeneratedRegex(@"\.(Add|TryAdd)(Singleton|Scoped|Transient|HostedService)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Registration();

    [GeneratedRegex(@"^using (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex PlainUsings();

    [GeneratedRegex(@"^(internal|public|file) (static |sealed |abstract |readonly |partial )*(class|record|struct|enum|interface) .*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException", RegexOptions.ExplicitCapture)]
    private static partial Regex Leftovers();

    [GeneratedRegex(@"^(<<<<<<<|>>>>>>>) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ConflictMarkers();

    [GeneratedRegex(@"\b(WebApplication|WebHost|Host)\.Create(Slim|Default|Application)?(Builder)?\(", RegexOptions.ExplicitCapture)]
    private static partial Regex SettingsReadingHosts();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(", RegexOptions.ExplicitCapture)]
    private static partial Regex RealWaits();

    [GeneratedRegex(@"\[(Fact|Theory)\([^)]*Skip *=|Assert\.Skip|Assert\.True\(true\)", RegexOptions.ExplicitCapture)]
    private static partial Regex EmptyTests();
}
