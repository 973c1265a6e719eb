using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Tasks;

/// <summary>Responds 202 to callers who allow it, and keeps the result of the work until it is asked for.</summary>
internal static class AsyncTasks
{
    public static bool Wanted(Call call) => call.Body.Flag("allow_async") == true;

    public static SandboxResponse Begin(string operation, JsonObject result, Call call)
    {
        var task = new AsyncTask { Id = call.Ids.NextTask(), Operation = operation, Created = call.Now, Result = result };
        call.Workspace.Tasks[task.Id] = task;
        return new JsonResponse(Show(task, "queued")) { Status = 202 };
    }

    public static JsonObject Show(AsyncTask task, string status)
    {
        var shown = new JsonObject
        {
            ["object"] = "async_task",
            ["id"] = task.Id,
            ["status"] = status,
            ["status_url"] = $"https://api.notion.com/v1/async_tasks/{task.Id}",
            ["created_time"] = Timestamps.Exact(task.Created),
            ["operation"] = new JsonObject { ["surface"] = "rest", ["name"] = task.Operation },
        };
        if (status is "succeeded")
        {
            shown["result"] = task.Result.DeepClone();
        }
        else
        {
            shown["poll_after_seconds"] = 1;
        }

        return shown;
    }
}
