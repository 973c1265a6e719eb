using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>A credential and whether its token works.</summary>
internal sealed record CredentialView
{
    public required string Name { get; init; }

    public required string State { get; init; }

    public required string StateTone { get; init; }

    public required string Source { get; init; }

    public required string Read { get; init; }

    public required string LastSuccess { get; init; }

    public required string LastUnauthorized { get; init; }

    /// <summary>Whether the last 401 is later than the last success: the first sign of a token that is about to fail.</summary>
    public required bool IsSuspect { get; init; }

    public required string Bot { get; init; }

    public required string Workspace { get; init; }

    /// <summary>Credentials of the same connection, which share its queue.</summary>
    public required string SharesWith { get; init; }

    public required string? Problem { get; init; }

    /// <summary>Whether to try it at once may tell something.</summary>
    public bool IsInTrouble => StateTone is Tone.Warn or Tone.Bad;

    public static CredentialView Of(StatusCredential credential, StatusSnapshot status)
    {
        var others = status.Connections.FirstOrDefault(connection => connection.Credentials.Contains(credential.Name, StringComparer.Ordinal))
            ?.Credentials.Where(name => name != credential.Name);
        var isSuspect = credential.LastUnauthorized > credential.LastSuccess || (credential.LastUnauthorized is not null && credential.LastSuccess is null);
        return new CredentialView
        {
            Name = credential.Name,
            State = credential.State,
            StateTone = credential.State switch
            {
                "usable" => isSuspect || credential.Problem is not null ? Tone.Warn : Tone.Good,
                "untried" => Tone.Quiet,
                _ => Tone.Bad,
            },
            Source = credential.Source,
            Read = credential.SourceAgeSeconds is { } age ? $"{StatusWords.Span(age)} ago" : "-",
            LastSuccess = StatusWords.Ago(status.At, credential.LastSuccess),
            LastUnauthorized = StatusWords.Ago(status.At, credential.LastUnauthorized),
            IsSuspect = isSuspect,
            Bot = credential.BotId ?? "-",
            Workspace = credential.WorkspaceId ?? "-",
            SharesWith = others is null ? "-" : string.Join(", ", others.DefaultIfEmpty("-")),
            Problem = credential.Problem,
        };
    }
}
