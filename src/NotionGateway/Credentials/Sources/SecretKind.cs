namespace NotionGateway.Credentials.Sources;

/// <summary>What a secret is for: some texts can be one kind and never another.</summary>
internal enum SecretKind
{
    /// <summary>The token of a Notion connection.</summary>
    NotionToken,

    /// <summary>What a caller or an operator presents to the gateway.</summary>
    GatewayKey,

    /// <summary>The client secret of a public connection.</summary>
    ClientSecret,

    /// <summary>What stored grants are encrypted with.</summary>
    EncryptionKey,

    /// <summary>What Notion signs the events of a webhook with.</summary>
    WebhookToken,

    /// <summary>A password of something else, such as a proxy.</summary>
    Password,
}
