using NotionGateway.Credentials.Sources;

namespace NotionGateway.TestKit;

/// <summary>A secret that a test's own reader gives.</summary>
internal sealed record FakeSecret(ISecretReader Reader) : SecretReference("Gateway:Credentials:fake", SecretKind.NotionToken)
{
    public override string Source => "Fake";

    public override string Description => "a test";

    public override ISecretReader CreateReader(IServiceProvider services) => Reader;
}
