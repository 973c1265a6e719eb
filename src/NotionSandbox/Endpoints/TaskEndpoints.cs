using NotionSandbox.Answers;
using NotionSandbox.Requests;
using NotionSandbox.Tasks;

namespace NotionSandbox.Endpoints;

/// <summary>Work that goes on after its call was answered.</summary>
internal static class TaskEndpoints
{
    public static Answer Retrieve(Call call)
    {
        var task = call.Workspace.Tasks.GetValueOrDefault(call.PathValues[0]) ?? throw Refusal.NotFound("async task", call.PathValues[0], call);
        return new JsonAnswer(AsyncTasks.Show(task, ++task.TimesAsked == 1 ? "running" : "succeeded"));
    }
}
