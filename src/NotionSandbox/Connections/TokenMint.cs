namespace NotionSandbox.Connections;

/// <summary>Makes tokens of the shape that Notion's have: <c>ntn_</c>, 11 digits, 35 letters or digits.</summary>
internal sealed class TokenMint(Random random)
{
    private const string Digits = "0123456789";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public string Next()
    {
        // Ids come from the same generator, so that it is itself the lock.
        lock (random)
        {
            return "ntn_" + random.GetString(Digits, 11) + random.GetString(Base62, 35);
        }
    }
}
