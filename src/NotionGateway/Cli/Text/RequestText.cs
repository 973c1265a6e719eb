using System.Globalization;
using NotionGateway.Operator.Status;

namespace NotionGateway.Cli.Text;

/// <summary>Shows one request to a person.</summary>
internal static class RequestText
{
    public static IEnumerable<string> Of(StatusRequest request)
    {
        (string Label, string? Value)[] lines =
        [
            ("id", request.Id),
            ("Notion's id", request.NotionId),
            ("trace", request.TraceId),
            ("ended", request.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
            ("caller", request.Caller),
            ("key", request.Key),
            ("peer", request.Peer),
            ("operation", request.Operation),
            ("credential", request.Credential),
            ("status", $"{request.Status.ToString(CultureInfo.InvariantCulture)} {request.Outcome}"),
            ("reason", request.Reason),
            ("message", request.Message),
            ("sent", string.Create(CultureInfo.InvariantCulture, $"{request.Sent}x")),
            ("in the queue", StatusWords.Wait(request.QueueMs)),
            ("at Notion", StatusWords.Wait(request.NotionMs)),
            ("in all", StatusWords.Wait(request.TotalMs)),
        ];
        return lines.Where(line => line.Value is not null).Select(line => $"{line.Label,-14}{PlainText.Of(line.Value!)}");
    }
}
