using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Properties;

/// <summary>Which properties a page has: those of its data source, or a title alone.</summary>
internal static class Schema
{
    private static readonly SchemaProperty Title = new("title", Entry.TitleId, "title", []);

    public static IEnumerable<SchemaProperty> Of(Entry page) =>
        page.Parent?.Kind == EntryKind.DataSource ? OfSource(page.Parent) : [Title];

    public static IEnumerable<SchemaProperty> OfSource(Entry source) =>
        source.Content.Object("properties")!.Select(pair => Property(pair.Key, pair.Value!.AsObject()));

    public static SchemaProperty Find(Entry page, string name) =>
        Of(page).FirstOrDefault(property => property.IsCalled(name)) ?? throw Refusal.Validation($"{name} is not a property that exists.");

    public static SchemaProperty FindInSource(Entry source, string name) =>
        OfSource(source).FirstOrDefault(property => property.IsCalled(name)) ?? throw Refusal.Validation($"Could not find property with name or id: {name}");

    private static SchemaProperty Property(string name, JsonObject config) => new(name, config.Text("id")!, config.Text("type")!, config);
}
