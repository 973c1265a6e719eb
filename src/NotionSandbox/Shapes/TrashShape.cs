using System.Text.Json.Nodes;
using NotionSandbox.Versions;

namespace NotionSandbox.Shapes;

/// <summary>Being in the trash, as JSON: the word for it changed, and for a while there were two.</summary>
internal static class TrashShape
{
    public static JsonObject With(this JsonObject shown, bool inTrash, NotionVersion version)
    {
        shown["in_trash"] = inTrash;
        if (!version.SaysInTrashOnly)
        {
            shown["archived"] = inTrash;
        }

        return shown;
    }
}
