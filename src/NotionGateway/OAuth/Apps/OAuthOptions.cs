using NotionGateway.Credentials.Sources;
using NotionGateway.Settings;

namespace NotionGateway.OAuth.Apps;

/// <summary>Section <c>Gateway:OAuth</c>: public connections. It is on when it has an app.</summary>
internal sealed record OAuthOptions
{
    /// <summary>The public connections; none by default, and then the rest of the section is not needed.</summary>
    public required IReadOnlyList<OAuthAppOptions> Apps { get; init; }

    /// <summary>The address of the Connect listener as browsers see it: https, or http on loopback; required with an app.</summary>
    public required Uri? PublicUrl { get; init; }

    /// <summary>Where the grants are; required with an app.</summary>
    public required GrantStoreOptions Store { get; init; }

    /// <summary>The secret that the store's key ring is encrypted with, at least 32 characters; required with an app.</summary>
    public required SecretReference? EncryptionKey { get; init; }

    /// <summary>The secret before that, while it is being replaced; none by default.</summary>
    public required SecretReference? PreviousEncryptionKey { get; init; }

    public bool IsOn => Apps.Count > 0;

    /// <summary>Every secret that is read from somewhere, with what it is.</summary>
    public IEnumerable<(string What, SecretReference Place)> Secrets
    {
        get
        {
            foreach (var app in Apps)
            {
                yield return ($"client secret of {app.Name}", app.ClientSecret);
            }

            if (IsOn)
            {
                yield return ("encryption key", EncryptionKey!);
                if (Store.Postgres?.Password is { } password)
                {
                    yield return ("password of the grant store", password);
                }
            }
        }
    }

    public static OAuthOptions Read(SettingsSection section)
    {
        var apps = section.Named("Apps", "app").Select(app => OAuthAppOptions.Read(app.Name, app.Section)).ToList();
        var options = new OAuthOptions
        {
            Apps = apps,
            PublicUrl = ReadPublicUrl(section, required: apps.Count > 0),
            Store = GrantStoreOptions.Read(section.Section("Store"), required: apps.Count > 0),
            EncryptionKey = ReadKey(section, "EncryptionKey", required: apps.Count > 0),
            PreviousEncryptionKey = ReadKey(section, "PreviousEncryptionKey", required: false),
        };
        section.RejectUnknown();
        return options;
    }

    private static Uri? ReadPublicUrl(SettingsSection section, bool required)
    {
        if (section.Text("PublicUrl") is not { } text)
        {
            if (required)
            {
                section.Error(
                    "PublicUrl", "is required: write the address at which browsers reach the Connect listener, for example https://connect.example.com");
            }

            return null;
        }

        if (PublicAddress.TryParse(text) is { } url)
        {
            return url;
        }

        section.Error("PublicUrl", "write only an https address, for example https://connect.example.com (http on loopback only)");
        return null;
    }

    private static SecretReference? ReadKey(SettingsSection parent, string key, bool required)
    {
        var section = parent.Section(key);
        if (!required && !section.IsThere)
        {
            return null;
        }

        var place = SecretReference.Read(section, SecretKind.EncryptionKey);
        section.RejectUnknown();
        return place;
    }
}
