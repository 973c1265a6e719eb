using System.Buffers;
using System.Collections.Frozen;

namespace NotionGateway.Notion;

/// <summary>
/// Finds the operation that a method and an exact path name. Case matters, as it does to Notion, and an id is any
/// run of unreserved characters: ids are opaque. Only <see cref="PropertyId"/> has other characters.
/// </summary>
internal sealed class OperationTable
{
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private readonly Node _root;

    public OperationTable(IEnumerable<NotionOperation> operations)
    {
        All = [.. operations];
        var root = new Builder();
        foreach (var operation in All)
        {
            root.Add(operation);
        }

        _root = root.Build();
    }

    public IReadOnlyList<NotionOperation> All { get; }

    /// <summary>The operation, or null where none is listed for this method and path.</summary>
    public NotionOperation? Find(string method, ReadOnlySpan<char> path) =>
        path.IsEmpty || path[0] != '/' ? null : _root.Find(path[1..], method);

    /// <summary>Every operation of this path, whatever the method; those of a more exact template first.</summary>
    /// <param name="path">The path.</param>
    /// <param name="anyPropertyId">Whether an id of a property may be harmful: to tell a bad one from a path that is not listed.</param>
    public IReadOnlyList<NotionOperation> At(ReadOnlySpan<char> path, bool anyPropertyId = false)
    {
        var found = new List<NotionOperation>();
        if (!path.IsEmpty && path[0] == '/')
        {
            _root.Collect(path[1..], anyPropertyId, found);
        }

        return found;
    }

    /// <summary>The segments of a template; an id's segment is <c>{name}</c>.</summary>
    public static string[] SegmentsOf(string template) => template[1..].Split('/');

    public static bool IsParameter(string segment) => segment.StartsWith('{') && segment.EndsWith('}');

    private static bool IsId(ReadOnlySpan<char> segment) => !segment.IsEmpty && !segment.ContainsAnyExcept(IdCharacters);

    private sealed class Node(FrozenDictionary<string, Node> literals, Node? id, Node? propertyId, FrozenDictionary<string, NotionOperation> operations)
    {
        private readonly FrozenDictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> _literals = literals.GetAlternateLookup<ReadOnlySpan<char>>();

        private IEnumerable<NotionOperation> Operations => operations.Values;

        /// <summary>Walks on from here; a literal segment goes before an id, as in <c>/users/me</c>.</summary>
        public NotionOperation? Find(ReadOnlySpan<char> rest, string method)
        {
            var slash = rest.IndexOf('/');
            var segment = slash < 0 ? rest : rest[..slash];
            return (_literals.TryGetValue(segment, out var literal) ? literal.Continue(rest, slash, method) : null)
                ?? (id is not null && IsId(segment) ? id.Continue(rest, slash, method) : null)
                ?? (propertyId is not null && PropertyId.IsHarmless(segment) ? propertyId.Continue(rest, slash, method) : null);
        }

        public void Collect(ReadOnlySpan<char> rest, bool anyPropertyId, List<NotionOperation> found)
        {
            var slash = rest.IndexOf('/');
            var segment = slash < 0 ? rest : rest[..slash];
            var fitsProperty = propertyId is not null && (anyPropertyId ? PropertyId.HasItsCharacters(segment) : PropertyId.IsHarmless(segment));
            Node?[] fitting = [_literals.TryGetValue(segment, out var literal) ? literal : null, IsId(segment) ? id : null, fitsProperty ? propertyId : null];
            foreach (var node in fitting.OfType<Node>())
            {
                if (slash < 0)
                {
                    found.AddRange(node.Operations);
                }
                else
                {
                    node.Collect(rest[(slash + 1)..], anyPropertyId, found);
                }
            }
        }

        private NotionOperation? Continue(ReadOnlySpan<char> rest, int slash, string method) =>
            slash >= 0 ? Find(rest[(slash + 1)..], method) : operations.GetValueOrDefault(method);
    }

    private sealed class Builder
    {
        private readonly Dictionary<string, Builder> _literals = new(StringComparer.Ordinal);
        private readonly Dictionary<string, NotionOperation> _operations = new(StringComparer.Ordinal);
        private Builder? _id;
        private Builder? _propertyId;

        public void Add(NotionOperation operation)
        {
            var at = this;
            foreach (var segment in SegmentsOf(operation.Template))
            {
                at = at.Step(segment);
            }

            at._operations.Add(operation.Method, operation);
        }

        public Node Build() => new(
            _literals.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Build(), StringComparer.Ordinal),
            _id?.Build(),
            _propertyId?.Build(),
            _operations.ToFrozenDictionary(StringComparer.Ordinal));

        private Builder Step(string segment)
        {
            if (segment == "{property_id}")
            {
                return _propertyId ??= new Builder();
            }

            if (IsParameter(segment))
            {
                return _id ??= new Builder();
            }

            if (!_literals.TryGetValue(segment, out var literal))
            {
                _literals.Add(segment, literal = new Builder());
            }

            return literal;
        }
    }
}
