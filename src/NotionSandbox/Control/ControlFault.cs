namespace NotionSandbox.Control;

/// <summary>A request to the control plane that makes no sense, with the sentence that says so.</summary>
internal sealed class ControlFault(int status, string message) : Exception(message)
{
    public int Status => status;
}
