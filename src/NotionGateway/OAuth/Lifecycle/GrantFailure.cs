using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>The ways in which a requested grant cannot be read: the store fails, a seal is broken, or the key ring does not open it.</summary>
internal static class GrantFailure
{
    /// <summary>Whether it is one of them; its message then is fit for a log.</summary>
    public static bool Is(Exception exception) => exception is GrantStoreException or SealBrokenException or KeyRingException;
}
