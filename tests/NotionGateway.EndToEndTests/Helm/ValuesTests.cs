using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using NotionGateway.Hosting;
using NotionGateway.Settings;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>Values, their comments, their schema, their table and the program's own settings say the same.</summary>
public sealed partial class ValuesTests
{
    private static readonly JsonNode Values = RenderedChart.Parse(HelmChart.Read("values.yaml")).Single();

    private static readonly JsonNode Schema = JsonNode.Parse(HelmChart.Read("values.schema.json"))!;

    [Fact]
    public void Every_value_has_a_comment()
    {
        var documented = Documented().Select(value => value.Path).ToHashSet();
        Assert.DoesNotContain(Leaves(Values, ""), leaf => !documented.Any(path => leaf == path || leaf.StartsWith(path + ".")));
    }

    [Fact]
    public void The_table_in_the_README_is_that_of_the_values()
    {
        var rows = Documented().Select(value => $"| `{value.Path}` | `{Default(value.Path)}` | {value.Comment.Replace("|", "\\|")} |");
        var table = $"| Value | Default | Meaning |\n|---|---|---|\n{string.Join('\n', rows)}\n";
        var readme = HelmChart.Read("README.md");
        var start = readme.IndexOf("| Value | Default |", StringComparison.Ordinal);
        var end = readme.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        if (Snapshot.Updating)
        {
            File.WriteAllText(Path.Combine(HelmChart.Folder, "README.md"), readme[..start] + table + readme[end..]);
        }

        var now = HelmChart.Read("README.md");
        Assert.Contains(table, now);
    }

    [Fact]
    public void The_schema_knows_every_value_and_no_other()
    {
        var allowed = Properties(Schema, "").ToHashSet();
        Assert.DoesNotContain(Leaves(Values, ""), leaf => !allowed.Any(path => leaf == path || leaf.StartsWith(path + ".") || path.StartsWith(leaf + ".")));

        // An item of a list, or a value under a free name, has no default of its own.
        var known = Leaves(Values, "").Concat(Branches(Values, "")).ToHashSet();
        Assert.DoesNotContain(allowed, path => !known.Contains(path) && !known.Any(leaf => path.StartsWith(leaf + ".")));
    }

    [Fact]
    public void Every_object_with_known_keys_is_closed_to_others() =>
        Assert.Empty(Objects(Schema, "").Where(item => item.Node["additionalProperties"] is null).Select(item => item.Path));

    [Fact]
    public void The_schema_has_every_setting_of_the_program()
    {
        var catalogue = new SettingsCatalogue();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:Access:ExtraOperations:0:Method"] = "GET",
            ["Gateway:Access:Callers:crm:Identities:pod:Issuer"] = "corp",
            ["Gateway:Access:Issuers:corp:Audiences:0"] = "notion-gateway",
            ["Gateway:Caching:Policies:site:Ttl"] = "00:01:00",
            ["Gateway:Credentials:kv:Source"] = "KeyVault",
            ["Gateway:FlowControl:Plans:own:Burst"] = "5",
            ["Gateway:OAuth:Apps:crm:Plan"] = "Standard",
            ["Gateway:Operator:Identities:ann:Issuer"] = "corp",
            ["Gateway:OAuth:PreviousEncryptionKey:Source"] = "File",
            ["Gateway:OAuth:Store:Password:Source"] = "File",
            ["Gateway:Forwarding:ProxyPassword:Source"] = "File",
            ["Gateway:Shared:Redis:Password:Source"] = "File",
            ["Gateway:Webhooks:site:Token:Source"] = "File",
        }).Build();
        GatewaySettings.Read(configuration, new SettingErrors(), catalogue);
        var settings = catalogue.All.Keys.Select(key => Placeholder().Replace(key["Gateway:".Length..], "*").Replace("[]", "").Replace(':', '.'))
            .ToLookup(IsRendered);

        var config = Schema["properties"]!["config"]!;
        Assert.Equal(settings[false].Order(StringComparer.Ordinal), Settings(config, "").Where(path => path != "apply").Order(StringComparer.Ordinal));

        // Public connections, operators and the shared budget have values of their own. Secrets are mounted as files or read from a vault, never from
        // a variable.
        string[] others =
        [
            "--set",
            "oauth.publicUrl=https://connect.example.com,oauth.apps.crm.clientId=id," +
                "oauth.previousEncryptionKey.existingSecret.name=s,oauth.previousEncryptionKey.existingSecret.key=k",
            .. new[] { "encryptionKey", "apps.crm.clientSecret" }.SelectMany(secret =>
                new[] { "--set", $"oauth.{secret}.keyVault.vaultUri=https://v.vault.azure.net/,oauth.{secret}.keyVault.secretName=n" }),
            "--set",
            "operator.publicUrl=https://gateway.example.com,operator.viewerKeyHashes[0]=sha256:" +
                "0000000000000000000000000000000000000000000000000000000000000008",
            "--set",
            "operator.audiences[0]=operators,operator.identities.ann.Issuer=corp,operator.identities.ann.Subject=ann,operator.identities.ann.Viewer=true," +
                "operator.identities.ann.ServiceAccount=a/b,operator.identities.ann.Claims[0]=a=b",
            "--set",
            "shared.redis.endpoints[0]=sentinel:26379,shared.redis.sentinel.serviceName=primary," +
                "shared.redis.password.keyVault.vaultUri=https://v.vault.azure.net/,shared.redis.password.keyVault.secretName=n",
        ];
        string[] inVault =
        [
            "--set",
            "oauth.store.type=postgresql,oauth.store.connectionString=Host=localhost," +
                "oauth.store.password.keyVault.vaultUri=https://v.vault.azure.net/,oauth.store.password.keyVault.secretName=n",
        ];
        string[] keyVault =
        [
            "--set",
            "webhooks.subscriptions.vault.credentials[0]=default,webhooks.subscriptions.vault.token.keyVault.vaultUri=https://v.vault.azure.net/," +
                "webhooks.subscriptions.vault.token.keyVault.secretName=n",
        ];
        var rendered = new[]
        {
            HelmChart.Render("oauth"), HelmChart.Render("shared"), HelmChart.Render("existing-secret", others), HelmChart.Render("oauth-postgres"),
            HelmChart.Render("oauth", inVault), HelmChart.Render("webhooks"), HelmChart.Render("webhooks", keyVault),
        }
            .SelectMany(chart => RenderedPaths(chart.Settings["Gateway"]!, "")).Where(IsRendered).Distinct();
        Assert.Equal(settings[true].Where(path => !path.EndsWith(".Variable", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            rendered.Order(StringComparer.Ordinal));
    }

    private static bool IsRendered(string setting) =>
        new[] { "OAuth.", "Operator.", "Shared.", "Webhooks." }.Any(section => setting.StartsWith(section, StringComparison.Ordinal));

    private static IEnumerable<string> RenderedPaths(JsonNode? node, string path) => node is JsonObject map
        ? map.SelectMany(pair => RenderedPaths(pair.Value, Join(path, path is "OAuth.Apps" or "Operator.Identities" or "Webhooks" ? "*" : pair.Key)))
        : [path];

    /// <summary>What carries a comment that begins with <c># --</c>, in the order of the file.</summary>
    private static IEnumerable<(string Path, string Comment)> Documented()
    {
        var path = new List<(int Indent, string Key)>();
        var comment = new List<string>();
        foreach (var line in HelmChart.Read("values.yaml").Split('\n'))
        {
            var text = line.TrimStart();
            if (text.StartsWith("# -- ") || (text.StartsWith("# ") && comment.Count > 0))
            {
                comment.Add(text.StartsWith("# -- ") ? text[5..] : text[2..]);
                continue;
            }

            if (Key().Match(line) is { Success: true } match)
            {
                path.RemoveAll(part => part.Indent >= match.Groups["indent"].Length);
                path.Add((match.Groups["indent"].Length, match.Groups["key"].Value));
                if (comment.Count > 0)
                {
                    yield return (string.Join('.', path.Select(part => part.Key)), string.Join(' ', comment));
                }
            }

            comment.Clear();
        }
    }

    private static string Default(string path)
    {
        var node = path.Split('.').Aggregate((JsonNode?)Values, (node, key) => node![key]);
        return node!.ToJsonString(new(System.Text.Json.JsonSerializerOptions.Default)
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }

    private static IEnumerable<string> Leaves(JsonNode? node, string path) => node is JsonObject { Count: > 0 } map
        ? map.SelectMany(pair => Leaves(pair.Value, Join(path, pair.Key)))
        : [path];

    private static IEnumerable<string> Branches(JsonNode? node, string path) => node is JsonObject { Count: > 0 } map
        ? map.SelectMany(pair => Branches(pair.Value, Join(path, pair.Key))).Append(path)
        : [];

    private static IEnumerable<string> Properties(JsonNode schema, string path) => schema["properties"] is JsonObject properties
        ? properties.SelectMany(pair => Properties(pair.Value!, Join(path, pair.Key)))
        : [path];

    /// <summary>The paths of a schema with <c>*</c> for a free name; the items of a list are what its path leads to.</summary>
    private static IEnumerable<string> Settings(JsonNode schema, string path) =>
        schema["properties"] is JsonObject properties ? properties.SelectMany(pair => Settings(pair.Value!, Join(path, pair.Key)))
        : schema["additionalProperties"] is JsonObject named ? Settings(named, Join(path, "*"))
        : schema["items"] is JsonObject items ? Settings(items, path)
        : [path];

    private static IEnumerable<(string Path, JsonNode Node)> Objects(JsonNode node, string path) => node is JsonObject map
        ? map.SelectMany(pair => pair.Value is null ? [] : Objects(pair.Value, pair.Key is "properties" ? path : $"{path}.{pair.Key}"))
            .Concat(map.ContainsKey("properties") ? [(path, node)] : [])
        : node is JsonArray list ? list.SelectMany(item => Objects(item!, path)) : [];

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    [GeneratedRegex(@"^(?<indent> *)(?<key>[A-Za-z][A-Za-z0-9]*):", RegexOptions.ExplicitCapture)]
    private static partial Regex Key();

    [GeneratedRegex(@"\{[a-z]+\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
