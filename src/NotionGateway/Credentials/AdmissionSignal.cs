using NotionGateway.Access;

namespace NotionGateway.Credentials;

/// <summary>
/// Tells that something has changed that requests were admitted by: who may call, what they may do, which credentials there
/// are. Stages that make requests wait then ask <see cref="StillAdmitted"/> about each of them. That Notion rejects a token is told by its
/// <see cref="Credential"/>.
/// </summary>
internal sealed class AdmissionSignal
{
    public event Action? Changed;

    public static AdmissionSignal Of(Reloadable<AccessRules> rules, CredentialStore credentials)
    {
        var signal = new AdmissionSignal();
        rules.Changed += _ => signal.Raise();
        credentials.Changed += signal.Raise;
        return signal;
    }

    public void Raise() => Changed?.Invoke();
}
