using NotionSandbox.Requests;
using NotionSandbox.Responses;

namespace NotionSandbox.Tasks;

/// <summary>Work that continues after its call was answered.</summary>
internal static class TaskEndpoints
{
    public static SandboxResponse Retrieve(Call call)
    {
        var task = call.Workspace.Tasks.GetValueOrDefault(call.PathValues[0]) ?? throw call.NotFound("async task", call.PathValues[0]);
        return new JsonResponse(AsyncTasks.Show(task, ++task.TimesAsked == 1 ? "running" : "succeeded"));
    }
}
