using NotionSandbox.Agents;
using NotionSandbox.Endpoints;
using NotionSandbox.Tasks;
using static NotionSandbox.Connections.Capabilities;

namespace NotionSandbox.Routing;

/// <summary>Every endpoint that takes a token. Where two could match, the one with fewer names in its template is first.</summary>
internal static class EndpointTable
{
    public static IReadOnlyList<NotionEndpoint> All { get; } =
    [
        new("GET", "/v1/users/me", None, UserEndpoints.Me),
        new("GET", "/v1/users", UserInformation, UserEndpoints.List),
        new("GET", "/v1/users/{user_id}", UserInformation, UserEndpoints.Retrieve),

        new("POST", "/v1/search", ReadContent, QueryEndpoints.Search),

        new("POST", "/v1/blocks/meeting_notes", InsertContent, MeetingNoteEndpoints.Create),
        new("POST", "/v1/blocks/meeting_notes/query", ReadContent, MeetingNoteEndpoints.Query),
        new("GET", "/v1/blocks/{block_id}", ReadContent, BlockEndpoints.Retrieve),
        new("PATCH", "/v1/blocks/{block_id}", UpdateContent, BlockEndpoints.Update),
        new("DELETE", "/v1/blocks/{block_id}", UpdateContent, BlockEndpoints.Delete),
        new("GET", "/v1/blocks/{block_id}/children", ReadContent, BlockEndpoints.ListChildren),
        new("PATCH", "/v1/blocks/{block_id}/children", InsertContent, BlockEndpoints.AppendChildren),

        new("POST", "/v1/pages", InsertContent, PageEndpoints.Create),
        new("GET", "/v1/pages/{page_id}", ReadContent, PageEndpoints.Retrieve),
        new("PATCH", "/v1/pages/{page_id}", UpdateContent, PageEndpoints.Update),
        new("POST", "/v1/pages/{page_id}/move", UpdateContent, PageEndpoints.Move),
        new("GET", "/v1/pages/{page_id}/properties/{property_id}", ReadContent, PageEndpoints.RetrieveProperty),
        new("GET", "/v1/pages/{page_id}/markdown", ReadContent, MarkdownEndpoints.Retrieve),
        new("PATCH", "/v1/pages/{page_id}/markdown", UpdateContent, MarkdownEndpoints.Update),

        new("POST", "/v1/databases", InsertContent, DatabaseEndpoints.Create),
        new("GET", "/v1/databases/{database_id}", ReadContent, DatabaseEndpoints.Retrieve),
        new("PATCH", "/v1/databases/{database_id}", UpdateContent, DatabaseEndpoints.Update),
        new("POST", "/v1/databases/{database_id}/query", ReadContent, QueryEndpoints.Query, Era.BeforeDataSources),

        new("POST", "/v1/data_sources", InsertContent, DataSourceEndpoints.Create, Era.SinceDataSources),
        new("GET", "/v1/data_sources/{data_source_id}", ReadContent, DataSourceEndpoints.Retrieve, Era.SinceDataSources),
        new("PATCH", "/v1/data_sources/{data_source_id}", UpdateContent, DataSourceEndpoints.Update, Era.SinceDataSources),
        new("POST", "/v1/data_sources/{data_source_id}/query", ReadContent, QueryEndpoints.Query, Era.SinceDataSources),
        new("GET", "/v1/data_sources/{data_source_id}/templates", ReadContent, DataSourceEndpoints.ListTemplates, Era.SinceDataSources),

        new("POST", "/v1/comments", InsertComments, CommentEndpoints.Create),
        new("GET", "/v1/comments", ReadComments, CommentEndpoints.List),
        new("GET", "/v1/comments/{comment_id}", ReadComments, CommentEndpoints.Retrieve),
        new("PATCH", "/v1/comments/{comment_id}", InsertComments, CommentEndpoints.Update),
        new("DELETE", "/v1/comments/{comment_id}", InsertComments, CommentEndpoints.Delete),

        new("POST", "/v1/file_uploads", InsertContent, UploadEndpoints.Create),
        new("GET", "/v1/file_uploads", ReadContent, UploadEndpoints.List),
        new("GET", "/v1/file_uploads/{file_upload_id}", ReadContent, UploadEndpoints.Retrieve),
        new("POST", "/v1/file_uploads/{file_upload_id}/send", InsertContent, UploadSendEndpoints.Send),
        new("POST", "/v1/file_uploads/{file_upload_id}/complete", InsertContent, UploadSendEndpoints.Complete),

        new("GET", "/v1/views", ReadContent, ViewEndpoints.List, Era.SinceDataSources),
        new("POST", "/v1/views", InsertContent | UpdateContent, ViewEndpoints.Create, Era.SinceDataSources),
        new("GET", "/v1/views/{view_id}", ReadContent, ViewEndpoints.Retrieve, Era.SinceDataSources),
        new("PATCH", "/v1/views/{view_id}", UpdateContent, ViewEndpoints.Update, Era.SinceDataSources),
        new("DELETE", "/v1/views/{view_id}", UpdateContent, ViewEndpoints.Delete, Era.SinceDataSources),
        new("POST", "/v1/views/{view_id}/queries", ReadContent, ViewQueryEndpoints.Create, Era.SinceDataSources),
        new("GET", "/v1/views/{view_id}/queries/{query_id}", ReadContent, ViewQueryEndpoints.Results, Era.SinceDataSources),
        new("DELETE", "/v1/views/{view_id}/queries/{query_id}", ReadContent, ViewQueryEndpoints.Delete, Era.SinceDataSources),

        new("GET", "/v1/custom_emojis", ReadContent, EmojiEndpoints.List),
        new("GET", "/v1/async_tasks/{task_id}", None, TaskEndpoints.Retrieve),

        new("POST", "/v1/agents/query", RunAgents, AgentEndpoints.Query),
        new("POST", "/v1/agents/batch", RunAgents, AgentEndpoints.Batch),
        new("GET", "/v1/agents", RunAgents, AgentEndpoints.List),
        new("GET", "/v1/agents/{agent_id}", RunAgents, AgentEndpoints.Retrieve),
        new("DELETE", "/v1/agents/{agent_id}", RunAgents, AgentEndpoints.Delete),
        new("GET", "/v1/agents/{agent_id}/insights", RunAgents, AgentEndpoints.Insights),
        new("PATCH", "/v1/agents/{agent_id}/status", RunAgents, AgentEndpoints.UpdateStatus),
        new("PATCH", "/v1/agents/{agent_id}/credit_limit", RunAgents, AgentEndpoints.UpdateCreditLimit),

        new("POST", "/v1/sessions/query", RunAgents, SessionEndpoints.Query),
        new("POST", "/v1/sessions", RunAgents, SessionEndpoints.Update),
        new("GET", "/v1/sessions/{session_id}", RunAgents, SessionEndpoints.Retrieve),
        new("POST", "/v1/sessions/{session_id}/cancel", RunAgents, SessionEndpoints.Cancel),
        new("POST", "/v1/sessions/{session_id}/events/query", RunAgents, SessionEndpoints.QueryEvents),
    ];

    public static NotionEndpoint? Find(string method, IReadOnlyList<string> path)
    {
        foreach (var endpoint in All)
        {
            if (endpoint.Matches(method, path))
            {
                return endpoint;
            }
        }

        return null;
    }

    public static NotionEndpoint? Named(string method, string template) =>
        All.FirstOrDefault(endpoint => endpoint.Method == method && endpoint.Template == template);
}
