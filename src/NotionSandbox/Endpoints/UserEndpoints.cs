using System.Text.Json.Nodes;
using NotionSandbox.Answers;
using NotionSandbox.Requests;
using NotionSandbox.Shapes;

namespace NotionSandbox.Endpoints;

/// <summary>People and bots of a workspace.</summary>
internal static class UserEndpoints
{
    public static Answer Me(Call call) => new JsonAnswer(UserShape.Bot(call.Connection));

    public static Answer List(Call call)
    {
        var users = Everybody(call).ToList();
        return ListShape.Of(Paging.OfQuery(call).Cut(users, "users"), "user", user => user);
    }

    public static Answer Retrieve(Call call)
    {
        var id = call.Id();
        return Everybody(call).FirstOrDefault(user => user.Text("id") == id) is { } user
            ? new JsonAnswer(user)
            : throw Refusal.NotFound("user", id, call);
    }

    private static IEnumerable<JsonObject> Everybody(Call call) =>
        call.Workspace.People.Select(person => UserShape.Person(person, call.Connection)).Concat(call.Workspace.Bots.Select(UserShape.Bot));
}
