using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace NotionGateway.Settings;

/// <summary>The environment of the process, passed in like time and chance are: nothing else in the program reads it.</summary>
internal interface IProcessEnvironment
{
    string? Get(string name);

    IEnumerable<KeyValuePair<string, string>> All { get; }

    /// <summary>Whether a person at a terminal has started the process, and not a supervisor.</summary>
    bool AtTerminal { get; }
}

/// <summary>The variables and the terminal of this process.</summary>
internal sealed class ProcessEnvironment : IProcessEnvironment
{
    [SuppressMessage("ApiDesign", "RS0030", Justification = "This is the seam.")]
    public string? Get(string name) => Environment.GetEnvironmentVariable(name);

    [SuppressMessage("ApiDesign", "RS0030", Justification = "This is the seam.")]
    public IEnumerable<KeyValuePair<string, string>> All =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value ?? ""));

    [SuppressMessage("ApiDesign", "RS0030", Justification = "This is the seam.")]
    public bool AtTerminal => !Console.IsInputRedirected || !Console.IsOutputRedirected || !Console.IsErrorRedirected;
}
