using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Agents;

/// <summary>What an agent makes of a message: it repeats it. A message that begins with <c>/wait</c> leaves the session open.</summary>
internal sealed class Conversation(Session session, Call call)
{
    private const string WaitWord = "/wait";

    /// <summary>What a caller who follows along sees, in order.</summary>
    private readonly List<JsonObject> _stream = [];

    public IReadOnlyList<JsonObject> Hear(string message)
    {
        session.Status = "in_progress";
        _stream.Add(new JsonObject { ["type"] = "session.snapshot", ["session"] = SessionShape.Short(session) });
        Commit("user.message", Text(message));
        if (message.StartsWith(WaitWord, StringComparison.Ordinal))
        {
            session.Status = "requires_action";
        }
        else
        {
            Reply($"You said: {message}");
        }

        End(session.Status);
        return _stream;
    }

    public void Close(string status)
    {
        session.Status = status;
        Commit("session.status", new JsonObject { ["status"] = status });
    }

    private void Reply(string text)
    {
        var id = call.Ids.Next();
        for (var end = text.IndexOf(' ', StringComparison.Ordinal); end > 0; end = text.IndexOf(' ', end + 1))
        {
            _stream.Add(new JsonObject { ["type"] = "event.provisional", ["event"] = Event("agent.message", id, Text(text[..end])) });
        }

        Commit("agent.message", Text(text), id);
        Close("completed");
    }

    private void End(string status) => _stream.Add(new JsonObject
    {
        ["type"] = "stream.end",
        ["session_id"] = session.Id,
        ["status"] = status,
        ["last_sequence"] = session.Events.Count,
    });

    private void Commit(string type, JsonObject details, string? id = null)
    {
        var committed = Event(type, id ?? call.Ids.Next(), details);
        committed["sequence"] = session.Events.Count + 1;
        session.Events.Add(committed);
        session.Updated = call.Now;
        _stream.Add(new JsonObject { ["type"] = "event.committed", ["event"] = committed.DeepClone() });
    }

    private JsonObject Event(string type, string id, JsonObject details)
    {
        var shown = new JsonObject
        {
            ["object"] = "session_event",
            ["id"] = id,
            ["session_id"] = session.Id,
            ["created_at"] = Timestamps.Exact(call.Now),
            ["type"] = type,
        };
        foreach (var (name, value) in details)
        {
            shown[name] = value?.DeepClone();
        }

        return shown;
    }

    private static JsonObject Text(string text) => new() { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }) };
}
