using NotionSandbox.Json;
using NotionSandbox.Responses;

namespace NotionSandbox.Requests;

/// <summary>The wish to put something into the trash or take it out, in the word that the version has for it.</summary>
internal static class TrashField
{
    /// <summary>Null when the body says nothing about it.</summary>
    public static bool? Read(Call call)
    {
        if (call.Version.SaysInTrashOnly && call.Body.ContainsKey("archived"))
        {
            throw Refusal.Field("body.archived", "be not present", call.Body["archived"]);
        }

        return call.Body.Flag("in_trash") ?? call.Body.Flag("archived");
    }
}
