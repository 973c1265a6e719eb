namespace NotionGateway.Credentials;

/// <summary>Tokens from environment variables.</summary>
internal sealed class EnvironmentCredentialSource(IProcessEnvironment environment) : ICredentialSource
{
    public Task<SourceReading> ReadAsync(CredentialOptions credential, CancellationToken cancellationToken) => Task.FromResult(
        environment.Get(credential.Variable!) is { } text ? SourceReading.Of(text) : SourceReading.Failed($"the environment variable {credential.Variable} is not set"));
}
