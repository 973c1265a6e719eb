using static NotionGateway.Notion.BodyKind;
using static NotionGateway.Notion.Capability;

namespace NotionGateway.Notion;

/// <summary>
/// Every operation of Notion's API that may be called with an integration's token: the one table that serves the
/// allow-list, metric labels, retry rules and documentation. <c>/v1/oauth/*</c> is not here and never will be: those
/// endpoints take the client's own credentials, and a caller must not reach them with an injected token.
/// </summary>
internal static class NotionOperations
{
    private const bool Reads = true;
    private const bool Writes = false;
    private const bool Repeatable = true;
    private const bool Once = false;

    public static readonly IReadOnlyList<NotionOperation> All =
    [
        new("GET", "/v1/users", "users.list", UserInfo, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("GET", "/v1/users/me", "users.me", Capability.None, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("GET", "/v1/users/{user_id}", "users.retrieve", UserInfo, Reads, Repeatable, BodyKind.None, Cacheable: true),

        new("POST", "/v1/search", "search", ReadContent, Reads, Repeatable, Json, Cacheable: true),

        new("GET", "/v1/blocks/{block_id}", "blocks.retrieve", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("PATCH", "/v1/blocks/{block_id}", "blocks.update", UpdateContent, Writes, Repeatable, Json),
        new("DELETE", "/v1/blocks/{block_id}", "blocks.delete", UpdateContent, Writes, Repeatable, BodyKind.None),
        new("GET", "/v1/blocks/{block_id}/children", "blocks.children.list", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("PATCH", "/v1/blocks/{block_id}/children", "blocks.children.append", InsertContent, Writes, Once, Json),
        new("POST", "/v1/blocks/meeting_notes", "blocks.meeting_notes.create", InsertContent, Writes, Once, Json),
        new("POST", "/v1/blocks/meeting_notes/query", "blocks.meeting_notes.query", ReadContent, Reads, Repeatable, Json),

        new("POST", "/v1/pages", "pages.create", InsertContent, Writes, Once, Json),
        new("GET", "/v1/pages/{page_id}", "pages.retrieve", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("PATCH", "/v1/pages/{page_id}", "pages.update", UpdateContent, Writes, Once, Json),
        new("POST", "/v1/pages/{page_id}/move", "pages.move", UpdateContent, Writes, Repeatable, Json),
        new("GET", "/v1/pages/{page_id}/properties/{property_id}", "pages.properties.retrieve", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("GET", "/v1/pages/{page_id}/markdown", "pages.markdown.retrieve", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("PATCH", "/v1/pages/{page_id}/markdown", "pages.markdown.update", UpdateContent, Writes, Once, Json),

        new("POST", "/v1/databases", "databases.create", InsertContent, Writes, Once, Json),
        new("GET", "/v1/databases/{database_id}", "databases.retrieve", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("PATCH", "/v1/databases/{database_id}", "databases.update", UpdateContent, Writes, Repeatable, Json),
        new("POST", "/v1/databases/{database_id}/query", "databases.query", ReadContent, Reads, Repeatable, Json, Cacheable: true),
        new("GET", "/v1/databases", "databases.list", ReadContent, Reads, Repeatable, BodyKind.None),

        new("POST", "/v1/data_sources", "data_sources.create", InsertContent, Writes, Once, Json),
        new("GET", "/v1/data_sources/{data_source_id}", "data_sources.retrieve", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("PATCH", "/v1/data_sources/{data_source_id}", "data_sources.update", UpdateContent, Writes, Once, Json),
        new("POST", "/v1/data_sources/{data_source_id}/query", "data_sources.query", ReadContent, Reads, Repeatable, Json, Cacheable: true),
        new("GET", "/v1/data_sources/{data_source_id}/templates", "data_sources.templates.list", ReadContent,
            Reads, Repeatable, BodyKind.None, Cacheable: true),

        new("POST", "/v1/comments", "comments.create", InsertComments, Writes, Once, Json),
        new("GET", "/v1/comments", "comments.list", ReadComments, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("GET", "/v1/comments/{comment_id}", "comments.retrieve", ReadComments, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("PATCH", "/v1/comments/{comment_id}", "comments.update", InsertComments, Writes, Repeatable, Json),
        new("DELETE", "/v1/comments/{comment_id}", "comments.delete", InsertComments, Writes, Repeatable, BodyKind.None),

        new("POST", "/v1/file_uploads", "file_uploads.create", InsertContent, Writes, Once, Json),
        new("GET", "/v1/file_uploads", "file_uploads.list", ReadContent, Reads, Repeatable, BodyKind.None),
        new("GET", "/v1/file_uploads/{file_upload_id}", "file_uploads.retrieve", ReadContent, Reads, Repeatable, BodyKind.None),
        new("POST", "/v1/file_uploads/{file_upload_id}/send", "file_uploads.send", InsertContent, Writes, Once, Multipart),
        new("POST", "/v1/file_uploads/{file_upload_id}/complete", "file_uploads.complete", InsertContent, Writes, Once, Json),

        new("GET", "/v1/views", "views.list", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("POST", "/v1/views", "views.create", InsertContent | UpdateContent, Writes, Once, Json),
        new("GET", "/v1/views/{view_id}", "views.retrieve", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),
        new("PATCH", "/v1/views/{view_id}", "views.update", UpdateContent, Writes, Repeatable, Json),
        new("DELETE", "/v1/views/{view_id}", "views.delete", UpdateContent, Writes, Repeatable, BodyKind.None),
        new("POST", "/v1/views/{view_id}/queries", "views.queries.create", ReadContent, Reads, Once, Json),
        new("GET", "/v1/views/{view_id}/queries/{query_id}", "views.queries.results", ReadContent, Reads, Repeatable, BodyKind.None),
        new("DELETE", "/v1/views/{view_id}/queries/{query_id}", "views.queries.delete", ReadContent, Writes, Repeatable, BodyKind.None),

        new("GET", "/v1/custom_emojis", "custom_emojis.list", ReadContent, Reads, Repeatable, BodyKind.None, Cacheable: true),

        new("GET", "/v1/async_tasks/{task_id}", "async_tasks.retrieve", Capability.None, Reads, Repeatable, BodyKind.None),

        new("GET", "/v1/agents", "agents.list", Agents, Reads, Repeatable, BodyKind.None),
        new("POST", "/v1/agents/query", "agents.query", Agents, Reads, Repeatable, Json),
        new("POST", "/v1/agents/batch", "agents.batch", Agents, Writes, Once, Json),
        new("GET", "/v1/agents/{agent_id}", "agents.retrieve", Agents, Reads, Repeatable, BodyKind.None),
        new("DELETE", "/v1/agents/{agent_id}", "agents.delete", Agents, Writes, Repeatable, BodyKind.None),
        new("GET", "/v1/agents/{agent_id}/insights", "agents.insights", Agents, Reads, Repeatable, BodyKind.None),
        new("PATCH", "/v1/agents/{agent_id}/credit_limit", "agents.credit_limit.update", Agents, Writes, Repeatable, Json),
        new("PATCH", "/v1/agents/{agent_id}/status", "agents.status.update", Agents, Writes, Repeatable, Json),
        new("POST", "/v1/agents/{agent_id}/chat", "agents.chat", Agents, Writes, Once, Json),
        new("GET", "/v1/agents/{agent_id}/threads", "agents.threads.list", Agents, Reads, Repeatable, BodyKind.None),
        new("POST", "/v1/agents/{agent_id}/threads/query", "agents.threads.query", Agents, Reads, Repeatable, Json),

        new("GET", "/v1/threads/{thread_id}/messages", "threads.messages.list", Agents, Reads, Repeatable, BodyKind.None),
        new("POST", "/v1/threads/{thread_id}/messages", "threads.messages.create", Agents, Writes, Once, Json),
        new("POST", "/v1/threads/{thread_id}/messages/query", "threads.messages.query", Agents, Reads, Repeatable, Json),
        new("POST", "/v1/threads/{thread_id}/continue", "threads.continue", Agents, Writes, Once, Json),

        new("POST", "/v1/sessions", "sessions.create", Agents, Writes, Once, Json, MayStream: true),
        new("POST", "/v1/sessions/query", "sessions.query", Agents, Reads, Repeatable, Json),
        new("GET", "/v1/sessions/{session_id}", "sessions.retrieve", Agents, Reads, Repeatable, BodyKind.None),
        new("POST", "/v1/sessions/{session_id}/cancel", "sessions.cancel", Agents, Writes, Once, Json),
        new("POST", "/v1/sessions/{session_id}/events/query", "sessions.events.query", Agents, Reads, Repeatable, Json),
    ];
}
