using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>What was decided about a request, and what was found out on the way there.</summary>
/// <param name="Refusal">Why it is denied; null if it is not.</param>
/// <param name="Caller">Who sent it, if that is known; of a disabled caller too.</param>
/// <param name="Operation">What it asks for, if it came that far and there is such an operation.</param>
/// <param name="Credential">The credential that it was given, if it came that far.</param>
internal readonly record struct AccessDecision(Refusal? Refusal, Caller? Caller, NotionOperation? Operation = null, CredentialName? Credential = null);

/// <summary>What is known of a request that goes no further than Access: telemetry names it by this.</summary>
internal sealed record AccessFinding(Caller? Caller, NotionOperation? Operation, CredentialName? Credential, PresentedKey? Key);
