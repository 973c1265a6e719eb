using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;

namespace NotionSandbox.Endpoints;

/// <summary>People and bots of a workspace.</summary>
internal static class UserEndpoints
{
    public static SandboxResponse Me(Call call) => new JsonResponse(UserShape.Bot(call.Connection));

    public static SandboxResponse List(Call call)
    {
        var users = Everybody(call).ToList();
        return ListShape.Of(Paging.OfQuery(call).Cut(users, "users"), "user", user => user);
    }

    public static SandboxResponse Retrieve(Call call)
    {
        var id = call.Id();
        return Everybody(call).FirstOrDefault(user => user.Text("id") == id) is { } user
            ? new JsonResponse(user)
            : throw call.NotFound("user", id);
    }

    private static IEnumerable<JsonObject> Everybody(Call call) =>
        call.Workspace.People.Select(person => UserShape.Person(person, call.Connection)).Concat(call.Bots.Select(UserShape.Bot));
}
