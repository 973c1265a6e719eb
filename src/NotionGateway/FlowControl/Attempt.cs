using NotionGateway.Credentials;

namespace NotionGateway.FlowControl;

/// <summary>One sending of a request: its number, counted from 1, and the token as it is now.</summary>
internal sealed record Attempt(int Number, NotionToken Token);

/// <summary>How one sending ended.</summary>
internal abstract record AttemptOutcome
{
    /// <summary>Notion's answer went to the caller, or broke off on its way there; nothing more can be done.</summary>
    public sealed record HandedOn : AttemptOutcome
    {
        public static readonly HandedOn Instance = new();
    }

    /// <summary>Notion said 401; the answer was kept from the caller.</summary>
    public sealed record Unauthorized : AttemptOutcome
    {
        public static readonly Unauthorized Instance = new();
    }

    /// <summary>There is no answer that could be handed on.</summary>
    public sealed record Failed(Refusal Refusal) : AttemptOutcome;
}
