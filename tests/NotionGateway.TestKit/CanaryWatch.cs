using System.Collections.Concurrent;
using System.Text;

namespace NotionGateway.TestKit;

/// <summary>Remembers what must not be seen and what was seen; at the end of a test no secret may be in what was seen.</summary>
internal sealed class CanaryWatch
{
    private readonly ConcurrentDictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Where, string What)> _seen = new();

    /// <summary>A secret that must not get out, and its name in a failure's message.</summary>
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
