namespace NotionGateway.Access.Targets;

/// <summary>What the rules need to know of a request's head; filled at the edge, so that the rules never see HTTP types.</summary>
internal readonly record struct RequestHead
{
    public const int LongestEmptyBody = 16;

    public required string Method { get; init; }

    /// <summary>Whether it came by HTTP/2 or later, where fields of one connection have no place.</summary>
    public required bool IsMultiplexed { get; init; }

    public required int AuthorizationCount { get; init; }

    /// <summary>Whether it came by HTTP/1.0, which knows no transfer coding.</summary>
    public required bool IsHttp10 { get; init; }

    /// <summary>All values of Transfer-Encoding in one text; null without that header.</summary>
    public required string? TransferCoding { get; init; }

    public required string? Expect { get; init; }

    /// <summary>A length and a transfer coding in one head: two different ends of the body.</summary>
    public required bool HasLengthAndCoding { get; init; }

    public required bool HasConnectionFields { get; init; }

    public required bool HasBody { get; init; }

    /// <summary>Whether the body is so short, and of a known length, that it may be an empty object: what it is shows later.</summary>
    public bool HasTinyBody { get; init; }

    public required bool HasContentEncoding { get; init; }

    /// <summary>A header of which only one makes sense here, and which came more than once; null if none did.</summary>
    public required string? Repeated { get; init; }

    /// <summary>A header that is used and has a value with characters that no value may have; null if there is none.</summary>
    public required string? Unclean { get; init; }

    /// <summary>A head with nothing wrong in it but, perhaps, its method.</summary>
    public static RequestHead WellFormed(string method) => new()
    {
        Method = method,
        IsMultiplexed = false,
        AuthorizationCount = 1,
        IsHttp10 = false,
        TransferCoding = null,
        Expect = null,
        HasLengthAndCoding = false,
        HasConnectionFields = false,
        HasBody = false,
        HasContentEncoding = false,
        Repeated = null,
        Unclean = null,
    };
}
