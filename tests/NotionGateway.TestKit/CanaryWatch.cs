using System.Collections.Concurrent;
using System.Text;

namespace NotionGateway.TestKit;

/// <summary>Remembers what must not be seen and what was seen; at the end of a test the one must not stand in the other.</summary>
internal sealed class CanaryWatch
{
    private readonly ConcurrentDictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Where, string What)> _seen = new();

    /// <summary>A secret that nobody outside may see; what it is called in a failure's message.</summary>
    public void Guard(string secret, string name) => _secrets[secret] = name;

    public void Saw(string where, string what) => _seen.Enqueue((where, what));

    public void Saw(string where, ReadOnlySpan<byte> bytes) => Saw(where, Encoding.Latin1.GetString(bytes));

    public void AssertNothingLeaked()
    {
        foreach (var (where, what) in _seen)
        {
            foreach (var (secret, name) in _secrets)
            {
                if (what.Contains(secret, StringComparison.OrdinalIgnoreCase))
                {
                    throw new InvalidOperationException($"{name} was seen in {where}.");
                }
            }
        }
    }
}
