using System.Collections.Frozen;
using System.Text;
using NotionGateway.Notion;

namespace NotionGateway.Access.Targets;

/// <summary>
/// Finds and removes credentials in a query: parameters with a name from the settings, in any case and spelling, and
/// any parameter whose name or value has the form of a secret. Everything else keeps its bytes and its order.
/// </summary>
internal sealed class QueryTokens(QueryTokenOptions options)
{
    private readonly FrozenSet<string> _names = options.Names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether so many found credentials are a reason to refuse the request.</summary>
    public bool Rejects(int found) => found > 0 && options.Action == QueryTokenAction.Reject;

    /// <summary>The target without its credentials, and how many there were. Without any it is the same.</summary>
    public RequestTarget Strip(RequestTarget target, out int found)
    {
        found = 0;
        if (!target.HasQuery)
        {
            return target;
        }

        var query = target.Query;
        var question = target.Path.Length;
        StringBuilder? kept = null;
        var separator = '?';
        var position = 0;
        while (true)
        {
            // Some servers read ';' as a separator too: a token behind one is a token anyway.
            var rest = query[position..];
            var length = rest.IndexOfAny('&', ';');
            var parameter = length < 0 ? rest : rest[..length];
            if (IsCredential(parameter))
            {
                found++;
                kept ??= new StringBuilder(target.ToString(), 0, question + position, target.ToString().Length);
            }
            else if (kept is not null)
            {
                kept.Append(kept.Length == question ? '?' : separator).Append(parameter);
            }

            if (length < 0)
            {
                break;
            }

            separator = rest[length];
            position += length + 1;
        }

        return kept is null ? target : new RequestTarget(kept.ToString());
    }

    private bool IsCredential(ReadOnlySpan<char> parameter)
    {
        if (parameter.IsEmpty)
        {
            return false;
        }

        var equals = parameter.IndexOf('=');
        return IsCredentialName(equals < 0 ? parameter : parameter[..equals]) || HoldsSecret(parameter);
    }

    /// <summary>Some readers of queries drop control characters, some stop at a NUL: both must not find a name that is not found here.</summary>
    private bool IsCredentialName(ReadOnlySpan<char> written)
    {
        var name = QueryText.Decode(written);
        return IsListed(name)
            || (name.Any(char.IsControl) && (IsListed(string.Concat(name.Where(character => !char.IsControl(character)))) || IsListed(name.Split('\0')[0])));
    }

    private bool IsListed(ReadOnlySpan<char> name)
    {
        name = name.Trim();
        var bracket = name.IndexOf('[');
        return _names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(bracket < 0 ? name : name[..bracket].TrimEnd());
    }

    private static bool HoldsSecret(ReadOnlySpan<char> parameter) =>
        parameter.ContainsAny('%', '_') && NotionTokenShape.ContainsSecret(QueryText.Decode(parameter));
}
