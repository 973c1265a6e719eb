namespace NotionGateway.Operator;

/// <summary>What is known of a request on the operator listener, for its audit line.</summary>
internal sealed class OperatorRecord
{
    /// <summary>The beginning of the hash of the key, or issuer and subject of the token; null if not authenticated.</summary>
    public string? Operator { get; private set; }

    /// <summary>Whether it is somebody who may change nothing.</summary>
    public bool MayOnlyLook { get; private set; }

    public string Action { get; set; } = OperatorAction.Unlisted;

    /// <summary>Whether success is not worth a line.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>The grant or grants it is about; always a valid name.</summary>
    public string Subject { get; set; } = "none";

    /// <summary>Notes who it is, and takes the seat of the connection for them.</summary>
    public Refusal? Admit(HttpContext context, OperatorIdentity who)
    {
        (Operator, MayOnlyLook) = (who.Name, !who.MayChange);
        context.GatewayRequest().IsKnown = true;
        return context.TakeSeat("operator:" + who.Name);
    }
}
