using NotionGateway.Settings;

namespace NotionGateway.TestKit;

/// <summary>Environment variables that only this test sees.</summary>
internal sealed class FakeEnvironment : IProcessEnvironment
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, string>> All => _variables;

    public bool AtTerminal { get; init; }

    public string? this[string name]
    {
        get => Get(name);
        set
        {
            if (value is null)
            {
                _variables.Remove(name);
            }
            else
            {
                _variables[name] = value;
            }
        }
    }

    public string? Get(string name) => _variables.GetValueOrDefault(name);
}
