using NotionGateway.Credentials.Sources;
using NotionGateway.Settings;

namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>Section <c>Gateway:Shared:Redis</c>: where replicas meet to share each connection's limit. Absent: nothing is shared.</summary>
internal sealed record SharedBudgetOptions
{
    /// <summary>Servers as <c>host:port</c>; with a sentinel service these are the sentinels.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>The name under which sentinels know the primary; none by default.</summary>
    public required string? SentinelService { get; init; }

    /// <summary>The user of the server's access control list; by default the server's default user.</summary>
    public required string? User { get; init; }

    /// <summary>Where the password is read; none by default.</summary>
    public required SecretReference? Password { get; init; }

    /// <summary>Whether the connection is encrypted; true by default.</summary>
    public required bool Tls { get; init; }

    /// <summary>Certificates (PEM) of those who may have signed the server's; by default the machine's.</summary>
    public required string? CaFile { get; init; }

    /// <summary>The certificate (PEM) that the gateway shows to the server; none by default.</summary>
    public required string? ClientCertificateFile { get; init; }

    /// <summary>Its private key (PEM).</summary>
    public required string? ClientKeyFile { get; init; }

    /// <summary>What all keys in the store begin with; <c>ngw</c> by default. Installations that share a server, but no connection, differ in it.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary>How long an answer is waited for; 250 milliseconds by default. One that comes later is a loss of the store.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long a connection may take to be made; 2 seconds by default.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>Replicas that are counted in an outage at least: <c>Gateway:FlowControl:Replicas</c>.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>The longest window of any plan, with its margin.</summary>
    public TimeSpan LongestSpan { get; init; } = TimeSpan.FromSeconds(60.5);

    /// <summary>The shortest margin of any plan.</summary>
    public TimeSpan ShortestMargin { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>So long a replica that is silent is remembered: two spans, and a second or two between its last beat and the loss.</summary>
    public TimeSpan Keep => (2 * LongestSpan) + TimeSpan.FromSeconds(2);

    public IEnumerable<(string What, SecretReference Place)> Secrets => Password is { } password ? [("Redis password", password)] : [];

    /// <summary>Null if the section is absent.</summary>
    public static SharedBudgetOptions? Read(SettingsSection shared)
    {
        var section = shared.Section("Redis");
        var password = section.Section("Password");
        var options = new SharedBudgetOptions
        {
            Endpoints = section.List("Endpoints") ?? [],
            SentinelService = section.Text("SentinelService"),
            User = section.Text("User"),
            Password = password.IsThere ? SecretReference.Read(password, SecretKind.Password) : null,
            Tls = section.Flag("Tls", true),
            CaFile = section.Text("CaFile"),
            ClientCertificateFile = section.Text("ClientCertificateFile"),
            ClientKeyFile = section.Text("ClientKeyFile"),
            KeyPrefix = section.Text("KeyPrefix", "ngw"),
            Timeout = section.Duration("Timeout", TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2)),
            ConnectTimeout = section.Duration("ConnectTimeout", TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30)),
        };
        password.RejectUnknown();
        section.RejectUnknown();
        shared.RejectUnknown();
        if (!section.IsThere)
        {
            return null;
        }

        options.Check(section);
        return options;
    }

    /// <summary>With what the plans say.</summary>
    public SharedBudgetOptions For(FlowControlOptions flow) => this with
    {
        Replicas = flow.Replicas,
        LongestSpan = flow.Plans.Values.Max(limit => limit.Span),
        ShortestMargin = flow.Plans.Values.Min(limit => limit.WindowMargin),
    };

    private void Check(SettingsSection section)
    {
        if (Endpoints.Count == 0)
        {
            section.Error("Endpoints", "is required: write at least one host:port");
        }

        // Not repeated: connection strings of other programs have the password in them.
        if (Endpoints.Any(endpoint => !IsEndpoint(endpoint)))
        {
            section.Error("Endpoints", "write each as host:port and nothing else, for example redis.example.internal:6379");
        }

        if (!Tls && (CaFile ?? ClientCertificateFile ?? ClientKeyFile) is not null)
        {
            section.Error("Tls", "must be true for CaFile, ClientCertificateFile and ClientKeyFile to have a meaning");
        }

        if (ClientCertificateFile is null != ClientKeyFile is null)
        {
            section.Error(ClientKeyFile is null ? "ClientKeyFile" : "ClientCertificateFile", "is missing: a client certificate needs both files");
        }

        if (CaFile is not null && AuthorityFile.Problem(CaFile) is { } problem)
        {
            section.Error("CaFile", problem);
        }

        foreach (var (key, file) in new[] { ("ClientCertificateFile", ClientCertificateFile), ("ClientKeyFile", ClientKeyFile) })
        {
            if (file is not null && !File.Exists(file))
            {
                section.Error(key, "names a file that does not exist");
            }
        }

        if (User is not null && Password is null)
        {
            section.Error("Password", "is missing: a user needs one");
        }

        if (KeyPrefix.Length > 64 || KeyPrefix.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.' or ':')))
        {
            section.Error("KeyPrefix", "use up to 64 letters, digits, '-', '_', '.' and ':'");
        }
    }

    private static bool IsEndpoint(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            && ushort.TryParse(text.AsSpan(colon + 1), out var port)
            && port > 0
            && Uri.CheckHostName(text[..colon].Trim('[', ']')) != UriHostNameType.Unknown;
    }
}
