using System.Text.RegularExpressions;
using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.Access.Targets;

/// <summary>Section <c>Gateway:Access:ExtraOperations[]</c>: reads and checks operations that the operator adds to the table.</summary>
internal static partial class ExtraOperationRules
{
    // Endpoints that take another credential than a connection's token, or that Notion keeps for itself.
    private static readonly string[] NeverReachable = ["/v1/oauth/", "/v1/external_agent_stub"];

    public static IReadOnlyList<NotionOperation> Read(SettingsSection access)
    {
        var names = NotionOperations.All.Select(operation => operation.Name).ToHashSet(StringComparer.Ordinal);
        var shapes = NotionOperations.All.Select(Shape).ToHashSet(StringComparer.Ordinal);
        var extras = new List<NotionOperation>();
        foreach (var section in access.Items("ExtraOperations"))
        {
            if (ReadOne(section) is not { } operation)
            {
                continue;
            }

            if (!names.Add(operation.Name))
            {
                section.Error("Name", "is already the name of another operation");
            }
            else if (!shapes.Add(Shape(operation)))
            {
                section.Error("Template", "is already listed for this method");
            }
            else
            {
                extras.Add(operation);
            }
        }

        return extras;
    }

    private static NotionOperation? ReadOne(SettingsSection section)
    {
        var method = section.Text("Method");
        var template = section.Text("Template");
        var name = section.Text("Name");
        var capability = section.Text("Capability");
        var reads = section.Flag("Reads", false);
        var repeatable = section.Flag("Repeatable", false);
        section.RejectUnknown();

        var needs = ReadNeeds(capability);
        if (method is null || !HeaderRules.IsMethod(method))
        {
            section.Error("Method", "write one of GET, POST, PATCH, DELETE");
        }
        else if (template is null || !TemplateForm().IsMatch(template))
        {
            section.Error("Template", "write a path such as /v1/things/{thing_id}: it must begin with /v1/, with ids in braces");
        }
        else if (Array.Exists(NeverReachable, prefix => template.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            section.Error("Template", "is not allowed: these endpoints must never be reached with an injected token");
        }
        else if (name is null || !GatewayName.IsValid(name))
        {
            section.Error("Name", $"write a name: {GatewayName.Rule}");
        }
        else if (needs is null)
        {
            section.Error("Capability", $"write none, or one or more of {string.Join(", ", CapabilityNames.All)} joined by '+'");
        }
        else
        {
            var body = method is "GET" or "DELETE" ? BodyKind.None : BodyKind.Json;
            return new NotionOperation(method, template, name, needs.Value, reads, repeatable, body);
        }

        return null;
    }

    private static Capability? ReadNeeds(string? text)
    {
        if (text is null or "none")
        {
            return text is null ? null : Capability.None;
        }

        var needs = Capability.None;
        foreach (var word in text.Split('+'))
        {
            if (CapabilityNames.Parse(word) is not { } capability)
            {
                return null;
            }

            needs |= capability;
        }

        return needs;
    }

    /// <summary>Method and template with the names of ids left out: two operations of one shape could not be distinguished.</summary>
    private static string Shape(NotionOperation operation)
    {
        var segments = OperationTable.SegmentsOf(operation.Template).Select(segment => OperationTable.IsParameter(segment) ? "{}" : segment);
        return $"{operation.Method} /{string.Join('/', segments)}";
    }

    [GeneratedRegex(
        @"\A/v1(/([A-Za-z0-9_.~-]*[A-Za-z0-9_~-]|\{[a-z_]+\}))+\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex TemplateForm();
}
