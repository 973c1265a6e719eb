using NotionGateway.Settings;

namespace NotionGateway.Credentials.Sources;

/// <summary>A secret in an environment variable; it cannot change while the program runs.</summary>
internal sealed record EnvironmentSecret(string Owner, SecretKind Kind, string Variable) : SecretReference(Owner, Kind)
{
    public static readonly SecretSource Definition =
        new("Environment", ["Variable"], (section, kind) => new EnvironmentSecret(section.Path, kind, section.Text("Variable") ?? ""));

    public override string Source => Definition.Name;

    public override string Description => Variable;

    public override ISecretReader CreateReader(IServiceProvider services) => new Reader(this, services.GetRequiredService<IProcessEnvironment>());

    public override (string Setting, string Text)? Peek(IProcessEnvironment environment) =>
        Variable.Length > 0 && environment.Get(Variable) is { } text ? (Variable, text) : null;

    /// <summary>Reads the variable.</summary>
    private sealed class Reader(EnvironmentSecret secret, IProcessEnvironment environment) : ISecretReader
    {
        public Task<SourceReading> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(environment.Get(secret.Variable) is { } text
            ? SourceReading.Of(text, secret.Kind)
            : SourceReading.Failed($"the environment variable {secret.Variable} is not set"));
    }
}
