namespace NotionGateway.Credentials.Sources;

/// <summary>Tokens from environment variables.</summary>
internal sealed class EnvironmentCredentialSource(IProcessEnvironment environment) : ICredentialSource
{
    public Task<SourceReading> ReadAsync(SecretReference place, CancellationToken cancellationToken) => Task.FromResult(
        environment.Get(place.Variable!) is { } text ? SourceReading.Of(text, place.Kind) : SourceReading.Failed($"the environment variable {place.Variable} is not set"));
}
