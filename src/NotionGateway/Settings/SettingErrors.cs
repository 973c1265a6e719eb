namespace NotionGateway.Settings;

/// <summary>One thing that is wrong with the configuration: where, and what to write instead. Never the value: it may be a secret.</summary>
internal sealed record SettingError(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>Gathers every error of a configuration, so that the operator can fix all of them at once.</summary>
internal sealed class SettingErrors
{
    private readonly List<SettingError> _all = [];

    public IReadOnlyList<SettingError> All => _all;

    public void Add(string path, string message) => _all.Add(new SettingError(path, message));
}
