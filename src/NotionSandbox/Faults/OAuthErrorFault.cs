using NotionSandbox.OAuth;
using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>Any error of the OAuth endpoints, such as <c>invalid_grant</c>, in the dialect of choice.</summary>
internal sealed record OAuthErrorFault : Fault
{
    private readonly ErrorCode _code = OAuthErrors.InvalidGrant;

    public required string Code
    {
        get => _code.Text;
        init => _code = OAuthErrors.Named(value);
    }

    public ErrorDialect Dialect { get; init; }

    public override Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real) =>
        delivery.SendAsync(OAuthErrors.Answer(_code, "The sandbox was told to say so.", Dialect));
}
