using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Caching.Tags;

/// <summary>Reads the ids of objects from a target.</summary>
internal static class TargetIds
{
    /// <summary>The first id in the path; null if the operation has none.</summary>
    public static UInt128? First(NotionOperation operation, RequestTarget target)
    {
        var path = target.Path.TrimStart('/');
        foreach (var segment in OperationTable.SegmentsOf(operation.Template))
        {
            var slash = path.IndexOf('/');
            var text = slash < 0 ? path : path[..slash];
            if (OperationTable.IsParameter(segment))
            {
                return Tag.IdOf(text);
            }

            path = slash < 0 ? [] : path[(slash + 1)..];
        }

        return null;
    }

    /// <summary>The id that a parameter of the query has; null if it is not there exactly once and in plain characters.</summary>
    public static UInt128? OfQuery(RequestTarget target, string name)
    {
        UInt128? found = null;
        foreach (var range in target.Query.Split('&'))
        {
            var part = target.Query[range];
            var equals = part.IndexOf('=');
            if (part.Contains('%') || part.Contains('+'))
            {
                return null;
            }

            if (equals >= 0 && part[..equals].SequenceEqual(name))
            {
                if (found is not null)
                {
                    return null;
                }

                found = Tag.IdOf(part[(equals + 1)..]);
            }
        }

        return found;
    }
}
