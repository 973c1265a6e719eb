using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Agents;

/// <summary>Conversations with agents. A caller who accepts an event stream gets the response as one.</summary>
internal static class SessionEndpoints
{
    private const string PersonalAgent = "notion_ai";
    private const int MaxTitle = 60;

    public static SandboxResponse Update(Call call)
    {
        var session = IdField.Optional(call.Body, "session_id", "body") is { } id ? Find(call, id) : Open(call);
        var message = call.Body.Text("message") ?? (call.Body.ContainsKey("actions") || call.Body.ContainsKey("continue_from")
            ? "continue"
            : throw Refusal.Missing("body.message"));
        var events = new Conversation(session, call).Hear(message);
        return call.WantsEventStream ? new EventStreamResponse(events, call.StreamPause) : new JsonResponse(SessionShape.Short(session));
    }

    public static SandboxResponse Retrieve(Call call) => new JsonResponse(SessionShape.Full(Find(call, call.Id())));

    public static SandboxResponse Cancel(Call call)
    {
        var session = Find(call, call.Id());
        if (session.Status is "in_progress" or "queued" or "requires_action")
        {
            new Conversation(session, call).Close("canceled");
        }

        return new JsonResponse(SessionShape.Short(session));
    }

    public static SandboxResponse Query(Call call)
    {
        var text = call.Body.Text("query") ?? "";
        var sessions = call.Workspace.Sessions.Where(session => session.Title.Contains(text, StringComparison.OrdinalIgnoreCase)).ToList();
        return ListShape.Of(Paging.OfBody(call).Cut(sessions, $"sessions/{text}"), "session", SessionShape.Full);
    }

    public static SandboxResponse QueryEvents(Call call)
    {
        var session = Find(call, call.Id());
        var type = call.Body.Object("filter").Object("event_type").Text("equals");
        var events = session.Events.Where(happened => type is null || happened.Text("type") == type).ToList();
        return ListShape.Of(Paging.OfBody(call).Cut(events, $"{session.Id}/{type}"), "session_event", Show);
    }

    private static JsonNode Show(JsonObject happened)
    {
        var shown = happened.DeepClone().AsObject();
        if (shown.Text("type") is "user.message" or "agent.message")
        {
            shown["created_by"] = null;
            shown["metadata"] = null;
        }

        return shown;
    }

    private static Session Find(Call call, string id) =>
        call.Workspace.Sessions.Find(session => session.Id == id) ?? throw call.NotFound("session", id);

    private static Session Open(Call call)
    {
        var message = call.Body.Text("message") ?? throw Refusal.Missing("body.message");
        var session = new Session
        {
            Id = call.Ids.Next(),
            AgentId = call.Body.Text("agent_id") ?? PersonalAgent,
            Title = message.Length > MaxTitle ? message[..MaxTitle] : message,
            CreatedBy = call.UserId,
            Created = call.Now,
            Updated = call.Now,
        };
        call.Workspace.Sessions.Add(session);
        return session;
    }
}
