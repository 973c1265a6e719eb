using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>An authority for callers whose certificates are made by OpenSSL, as other programs make theirs.</summary>
internal sealed class OpenSslAuthority : IDisposable
{
    private const string Configuration = """
        [req]
        distinguished_name=dn
        [dn]
        [ca]
        basicConstraints=critical,CA:TRUE
        keyUsage=critical,keyCertSign,cRLSign
        subjectKeyIdentifier=hash
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("openssl");
    private int _issued;

    private OpenSslAuthority() => File.WriteAllText(At("openssl.cnf"), Configuration);

    public string PemFile => At("ca.pem");

    public string Pem => File.ReadAllText(PemFile);

    public static async Task<OpenSslAuthority> CreateAsync()
    {
        var authority = new OpenSslAuthority();
        await authority.RunAsync("req -x509 -config openssl.cnf -extensions ca -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
            + "-keyout ca.key -out ca.pem -days 3650 -subj /CN=Callers");
        return authority;
    }

    /// <summary>An authority between this one and its certificates.</summary>
    public async Task<OpenSslAuthority> CreateIntermediateAsync()
    {
        var between = new OpenSslAuthority();
        var (certificate, key) = await IssueFilesAsync("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign", subject: "/CN=Between");
        File.Copy(certificate, between.At("ca.pem"));
        File.Copy(key, between.At("ca.key"));
        return between;
    }

    /// <summary>A certificate of a caller with this name, such as <c>URI:spiffe://corp/crm</c>.</summary>
    public Task<X509Certificate2> IssueAsync(string name) => IssueWithAsync($"subjectAltName={name}\nextendedKeyUsage=clientAuth");

    /// <summary>A certificate with exactly these extensions.</summary>
    public async Task<X509Certificate2> IssueWithAsync(string extensions, string subject = "/CN=somebody")
    {
        var (certificate, key) = await IssueFilesAsync(extensions, subject);
        return X509Certificate2.CreateFromPemFile(certificate, key);
    }

    /// <summary>One that nobody else has signed.</summary>
    public async Task<X509Certificate2> SelfSignedAsync(string name)
    {
        await RunAsync("req -x509 -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout self.key -out self.pem -days 20 "
            + $"-subj /CN=somebody -addext subjectAltName={name} -addext extendedKeyUsage=clientAuth");
        return X509Certificate2.CreateFromPemFile(At("self.pem"), At("self.key"));
    }

    public async Task<(string Certificate, string Key)> IssueFilesAsync(string extensions, string subject = "/CN=somebody")
    {
        var name = $"{++_issued}";
        await File.WriteAllTextAsync(At($"{name}.ext"), extensions);
        await RunAsync("req -new -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
            + $"-keyout {name}.key -out {name}.csr -subj {subject}");
        await RunAsync($"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -set_serial {1000 + _issued} -days 20 -extfile {name}.ext -out {name}.pem");
        return (At($"{name}.pem"), At($"{name}.key"));
    }

    /// <summary>Runs OpenSSL; what it wrote.</summary>
    public async Task<string> RunAsync(string arguments, string input = "", bool mayFail = false)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var all = await output + await errors;
        return process.ExitCode == 0 || mayFail ? all : throw new InvalidOperationException($"openssl {arguments}: {all}");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
