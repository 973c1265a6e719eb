using Microsoft.AspNetCore.Http.Features;

namespace NotionGateway;

/// <summary>What belongs to a request and to no stage of its way. What a stage has learned is a feature of its own.</summary>
internal sealed class GatewayRequest(Guid id, long startedAt, CancellationToken callerGone)
{
    private string? _id;

    /// <summary>The gateway's own id for the request: in every response and in its access line.</summary>
    public string Id => _id ??= id.ToString();

    /// <summary>A timestamp of the <see cref="TimeProvider"/>.</summary>
    public long StartedAt => startedAt;

    /// <summary>Fires when the caller hangs up. A write in progress continues anyway.</summary>
    public CancellationToken CallerGone => callerGone;

    /// <summary>Fires when the program ends and can wait no longer, not even for a write.</summary>
    public CancellationToken TimeUp { get; set; }

    /// <summary>Whether its sender has proved who they are, as a caller or as an operator.</summary>
    public bool IsKnown { get; set; }

    /// <summary>How long it may wait for a permit, if nobody waits for it but the gateway itself; null for a caller's request.</summary>
    public TimeSpan? OwnWait { get; init; }

    /// <summary>The span of the whole request.</summary>
    public RequestSpan Span { get; set; }

    /// <summary>Why the gateway itself says no; null if it does not.</summary>
    public Refusal? Refusal { get; set; }
}

/// <summary>Where a request's feature is kept.</summary>
internal static class GatewayRequestFeature
{
    public static GatewayRequest GatewayRequest(this HttpContext context) => context.Features.GetRequiredFeature<GatewayRequest>();
}

/// <summary>Makes the ids of requests, one way for every listener.</summary>
internal static class RequestId
{
    public static Guid New(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);

        // The marks of a random UUID (RFC 9562, version 4), so that tools that check ids take it for one.
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }
}
