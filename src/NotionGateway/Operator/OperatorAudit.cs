using NotionGateway.Access;
using NotionGateway.Telemetry;
using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Operator;

/// <summary>
/// Writes one line for each request on the operator listener. Lines of unauthenticated requests are limited, by their own count:
/// a flood on another listener must not hide who tried this one.
/// </summary>
internal sealed class OperatorAudit(AnonymousLogLimiter strangers, RequestMetrics metrics, ILogger<OperatorAudit> log)
{
    public void Write(OperatorRecord record, OperatorResponse response, string requestId)
    {
        if (response.Refusal is { } refusal)
        {
            metrics.DeniedOperator(refusal, record.Operator is not null);
        }

        var level = response.Refusal is not { } denied ? (record.IsQuiet ? LogLevel.Debug : LogLevel.Information)
            : denied.Defect is null ? LogLevel.Warning
            : LogLevel.Error;
        var leftOut = 0;
        if (record.Operator is null && level > LogLevel.Debug && !strangers.TryTake(out leftOut))
        {
            return;
        }

        if (leftOut > 0)
        {
            log.AuditLeftOut(leftOut);
        }

        var problem = response.Refusal?.Problem is { } text ? $": {text}" : "";
        var who = record.Operator ?? Caller.Unknown;
        log.Audit(level, who, record.Action, record.Subject, response.Outcome, problem, response.Status, requestId, response.Refusal?.Defect);
    }
}
