using NotionGateway.Access;
using NotionGateway.Telemetry;

namespace NotionGateway.Operator;

/// <summary>
/// Writes the one line that each request on the operator listener leaves. Strangers' lines are bounded, by a count of their own:
/// a flood on another listener must not hide who tried this one.
/// </summary>
internal sealed class OperatorAudit(StrangerLogLimit strangers, RequestMetrics metrics, ILogger<OperatorAudit> log)
{
    public void Write(OperatorRecord record, OperatorAnswer answer, string requestId)
    {
        if (answer.Refusal is { } refusal)
        {
            metrics.DeniedOperator(refusal, record.Operator is not null);
        }

        var leftOut = 0;
        if (record.Operator is null && !strangers.TryTake(out leftOut))
        {
            return;
        }

        if (leftOut > 0)
        {
            log.AuditLeftOut(leftOut);
        }

        var level = answer.Refusal is null ? LogLevel.Information : answer.Refusal.Defect is null ? LogLevel.Warning : LogLevel.Error;
        var problem = answer.Refusal?.Problem is { } text ? $": {text}" : "";
        var action = record.Action.Word();
        log.Audit(level, record.Operator ?? Caller.Unknown, action, record.Subject, answer.Outcome, problem, answer.Status, requestId, answer.Refusal?.Defect);
    }
}
