namespace NotionSandbox.Connections;

/// <summary>Makes tokens and secrets of the shapes that Notion's have.</summary>
internal sealed class TokenMint(Random random)
{
    private const string Digits = "0123456789";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary><c>ntn_</c>, 11 digits, 35 letters or digits.</summary>
    public string Next() => Make("ntn_", 11, 35);

    public string NextRefresh() => Make("nrt_", 11, 35);

    public string NextClientSecret() => Make("secret_", 0, 43);

    private string Make(string prefix, int digits, int letters)
    {
        // Ids come from the same generator, so that it is itself the lock.
        lock (random)
        {
            return prefix + random.GetString(Digits, digits) + random.GetString(Base62, letters);
        }
    }
}
