namespace NotionGateway.Credentials;

/// <summary>Tokens from environment variables.</summary>
internal sealed class EnvironmentCredentialSource(IProcessEnvironment environment) : ICredentialSource
{
    public Task<SourceReading> ReadAsync(SecretPlace place, CancellationToken cancellationToken) => Task.FromResult(
        environment.Get(place.Variable!) is { } text ? SourceReading.Of(text, place.Kind) : SourceReading.Failed($"the environment variable {place.Variable} is not set"));
}
