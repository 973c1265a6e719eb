using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Credentials;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>
/// One request on its way through the loop: what is sent, and how far it has come. Only the loop writes it; the code around the loop
/// reads it, also when the loop was left by an exception.
/// </summary>
internal sealed class Sending(GatewayRequest request, Admission admission, RequestBody body, Credential credential)
{
    public GatewayRequest Request => request;

    public Admission Admission => admission;

    public NotionOperation Operation => admission.Operation;

    public RequestBody Body => body;

    /// <summary>The name of its credential now; after a wait it may be another than the one that it was admitted with.</summary>
    public CredentialName CredentialName { get; private set; } = admission.Credential;

    public Credential Credential { get; private set; } = credential;

    public int Attempts { get; private set; }

    /// <summary>The time spent waiting, over all attempts.</summary>
    public TimeSpan Queued { get; private set; }

    /// <summary>The pauses before it was sent again.</summary>
    public TimeSpan Paused { get; private set; }

    public void Waited(TimeSpan time) => Queued += time;

    public void PausedFor(TimeSpan time) => Paused += time;

    public void GoOn(in Readmission readmission)
    {
        CredentialName = readmission.Name ?? CredentialName;
        Credential = readmission.Credential ?? Credential;
    }

    public void Begin() => Attempts++;
}
