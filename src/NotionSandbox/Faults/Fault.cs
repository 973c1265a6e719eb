using System.Text.Json.Serialization;
using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>Something that goes wrong with a response. The kinds are named as the control plane writes them.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RateLimitedFault), "rate_limited")]
[JsonDerivedType(typeof(StatusFault), "status")]
[JsonDerivedType(typeof(SavedFault), "saved")]
[JsonDerivedType(typeof(EdgeBlockFault), "edge_block")]
[JsonDerivedType(typeof(CutOffFault), "cut_off")]
[JsonDerivedType(typeof(TrickleFault), "trickle")]
[JsonDerivedType(typeof(BigBodyFault), "big_body")]
[JsonDerivedType(typeof(RawFault), "raw")]
[JsonDerivedType(typeof(LateFault), "late")]
[JsonDerivedType(typeof(HoldFault), "hold")]
[JsonDerivedType(typeof(OAuthErrorFault), "oauth_error")]
internal abstract record Fault
{
    /// <summary>Whether the request is still carried out, so that only the response is wrong.</summary>
    public bool Performs { get; init; }

    /// <summary>Whether Notion would say of this request that it was one too many.</summary>
    [JsonIgnore]
    public virtual bool IsRateLimit => false;

    /// <summary>Comes before anything is done.</summary>
    public virtual Task PrepareAsync(Delivery delivery) => Task.CompletedTask;

    /// <summary>The fault is in force no longer.</summary>
    public virtual void End()
    {
        // Most have nothing that would outlive the request they struck.
    }

    /// <param name="delivery">Sends the response.</param>
    /// <param name="endpoint">What was asked; null when there is no such thing.</param>
    /// <param name="real">The response that would have been sent; null when nothing was done.</param>
    public abstract Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real);
}
