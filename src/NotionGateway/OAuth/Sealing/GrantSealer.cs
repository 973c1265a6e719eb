using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Sealing;

/// <summary>
/// Encrypts what must not be readable in the store. Each text is bound to its grant and column: in another row or column, or
/// changed by a bit, it cannot be decrypted. That a row is an older state of itself cannot be seen by the row: see <see cref="Grant.Version"/>.
/// </summary>
internal sealed class GrantSealer(RingProtection protection)
{
    private const string Purpose = "NotionGateway.OAuth.Grant";

    /// <summary>The framework's payloads begin with four fixed bytes and the id of the ring key.</summary>
    private const int KeyIdStart = 4, KeyIdEnd = 20;

    public byte[] Seal(string grantId, SealedColumn column, string text)
    {
        var plaintext = Encoding.UTF8.GetBytes(text);
        try
        {
            return Protector(protection.Provider, grantId, column).Protect(plaintext);
        }
        catch (CryptographicException failure)
        {
            ThrowCause(failure);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>What was sealed; a <see cref="SealBrokenException"/> if this is not it.</summary>
    public string Open(string grantId, SealedColumn column, byte[] sealedText)
    {
        while (true)
        {
            var provider = protection.Provider;
            try
            {
                return Unseal(Protector(provider, grantId, column), sealedText);
            }
            catch (CryptographicException failure)
            {
                ThrowCause(failure);
                var key = sealedText.Length >= KeyIdEnd ? new Guid(sealedText.AsSpan(KeyIdStart..KeyIdEnd)) : Guid.Empty;
                if (!protection.TryCatchUpWith(key, provider))
                {
                    throw Broken(grantId, column, key, failure);
                }
            }
        }
    }

    private static string Unseal(IDataProtector protector, byte[] sealedText)
    {
        var plaintext = protector.Unprotect(sealedText);
        try
        {
            return Encoding.UTF8.GetString(plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static IDataProtector Protector(IDataProtectionProvider provider, string grantId, SealedColumn column) =>
        provider.CreateProtector(Purpose, grantId, NameOf(column));

    private static string NameOf(SealedColumn column) => column switch
    {
        SealedColumn.AccessToken => "access_token",
        SealedColumn.RefreshToken => "refresh_token",
        SealedColumn.Profile => "profile",
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };

    /// <summary>The framework wraps what went wrong with the ring or the store; that is what an operator must read.</summary>
    private static void ThrowCause(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is KeyRingException or GrantStoreException)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private SealBrokenException Broken(string grantId, SealedColumn column, Guid key, CryptographicException failure)
    {
        var what = $"The {NameOf(column)} of grant '{grantId}' cannot be decrypted: ";
        return new SealBrokenException(
            protection.Holds(key)
                ? what + "the stored value was changed from outside, or belongs to another row or column. "
                    + "Restore a backup of the store, or have the person connect again."
                : what + $"its key '{key:D}' is not in the key ring. "
                    + "Restore a backup that contains grants and key ring from the same time, or have the person connect again.",
            failure);
    }
}
