using System.Text;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Cli;
using NotionGateway.Credentials.Sources;
using NotionGateway.Hosting;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Hosting;

/// <summary>
/// Every secret from every place: what mounts and editors add is taken off, what cannot be the secret stops the start, and no message holds it.
/// </summary>
public sealed class SecretRulesTests : IDisposable
{
    private const string ClientSecret = "secret_TheClientSecretThatNobodyMaySee0123456789";

    private static readonly string[] Paddings = [" ", "\n", "\r\n", "\t", "\r", "\uFEFF", "\u00A0", "\u2028", "\v"];

    private static readonly Gen<string> Padding = Gen.Int[0, Paddings.Length - 1].Select(which => Paddings[which]).Array[0, 4].Select(string.Concat);

    private static readonly Gen<Place> Places = Gen.Enum<Place>();

    /// <summary>What people put in the place of a secret, and a word of what they are told.</summary>
    private static readonly (Func<string, string> Wrap, string Word)[] Wrappings =
    [
        (secret => $"\"{secret}\"", "in quotes"),
        (secret => $"'{secret}'", "in quotes"),
        (secret => $"`{secret}`", "in quotes"),
        (secret => $"“{secret}”", "in quotes"),
        (secret => $"\"{secret}", "a quote"),
        (secret => $"{secret}'", "a quote"),
        (secret => $"NOTION_TOKEN={secret}", "assignment"),
        (secret => $"export GATEWAY_KEY='{secret}'", "assignment"),
        (secret => $"token: {secret}", "assignment"),
        (secret => $"Bearer {secret}", "header"),
        (secret => $"{{\"token\":\"{secret}\"}}", "JSON"),
        (secret => $"-----BEGIN SECRET-----\n{secret}\n-----END SECRET-----", "PEM"),
        (secret => $"{secret}\n{secret}", "several lines"),
        (secret => $"{secret[..20]} {secret[20..]}", "white space"),
        (secret => $"{secret[..20]}\0{secret[20..]}", "control character"),
        (secret => $"{secret}é", "non-ASCII"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("secrets").FullName;

    public enum Place
    {
        NotionTokenVariable,
        CredentialFile,
        GatewayKeyVariable,
        OperatorKeyVariable,
        ClientSecretVariable,
        EncryptionKeyVariable,
        Vault,
    }

    [Fact]
    public void White_space_and_byte_order_marks_round_a_secret_are_no_part_of_it() => Gen.Select(Places, Padding, Padding).Sample(
        (place, before, after) =>
        {
            var (errors, read) = Read(place, before + SecretFor(place) + after);
            Assert.Empty(errors);
            Assert.Equal(SecretFor(place), read);
        },
        iter: 200,
        threads: 1);

    [Fact]
    public void What_is_not_the_secret_alone_is_an_error_that_says_what_it_looks_like_and_not_what_it_is() =>
        Gen.Select(Places, Gen.Int[0, Wrappings.Length - 1], Padding, Padding).Sample(
        (place, which, before, after) =>
        {
            var wrapping = Wrappings[which];
            var (errors, _) = Read(place, before + wrapping.Wrap(SecretFor(place)) + after);
            Assert.Contains(errors, error => error.Contains(wrapping.Word, StringComparison.Ordinal));
            Assert.All(errors, error => Assert.DoesNotContain(SecretFor(place)[8..20], error));
        },
        iter: 400,
        threads: 1);

    [Theory]
    [InlineData(Place.NotionTokenVariable)]
    [InlineData(Place.CredentialFile)]
    [InlineData(Place.GatewayKeyVariable)]
    [InlineData(Place.OperatorKeyVariable)]
    [InlineData(Place.ClientSecretVariable)]
    [InlineData(Place.Vault)]
    public void Base64_of_a_secret_is_not_the_secret(Place place) =>
        Assert.Contains(Read(place, Convert.ToBase64String(Encoding.ASCII.GetBytes(SecretFor(place) + "\n"))).Errors, error => error.Contains("base64"));

    [Theory]
    [InlineData(Place.NotionTokenVariable, The.Key, "gateway key")]
    [InlineData(Place.CredentialFile, The.Key, "gateway key")]
    [InlineData(Place.Vault, The.Key, "gateway key")]
    [InlineData(Place.NotionTokenVariable, "nrt_0123456789012345678901234567890123456789", "refresh token")]
    [InlineData(Place.GatewayKeyVariable, The.NotionToken, "Notion token")]
    [InlineData(Place.OperatorKeyVariable, The.NotionToken, "Notion token")]
    [InlineData(Place.ClientSecretVariable, The.Key, "gateway key")]
    [InlineData(Place.GatewayKeyVariable, "sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683", "hash of a key")]
    [InlineData(Place.NotionTokenVariable, "sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683", "hash of a gateway key")]
    public void A_secret_of_another_kind_is_an_error(Place place, string secret, string word) =>
        Assert.Contains(Read(place, secret).Errors, error => error.Contains(word));

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void A_secret_that_is_not_there_yet_is_no_error(string content)
    {
        Assert.Empty(Read(Place.CredentialFile, content).Errors);
        Assert.Empty(Read(Place.ClientSecretVariable, content).Errors);
    }

    [Theory]
    [InlineData("my-own=with-an-equals-sign-0123456789")]
    [InlineData("dGhpcyBpcyBub3QgYSBzZWNyZXQgYXQgYWxsIDAxMjM0NTY3ODk=")]
    [InlineData("0123456789abcdefghijklmnopqrstuvwxyz==")]
    [InlineData("correct:horse:battery:staple:0123456789")]
    public void A_key_of_the_operators_own_making_is_good(string key) => Assert.Empty(Read(Place.GatewayKeyVariable, key).Errors);

    [Theory]
    [InlineData(SandboxMode.DemoKey, "GATEWAY_KEY")]
    [InlineData(SandboxOAuth.DemoOperatorKey, "GATEWAY_KEY")]
    public void A_demo_key_is_an_error_as_a_key(string key, string path)
    {
        var environment = Environment();
        environment["GATEWAY_KEY"] = key + "\n";
        Assert.Contains("which is public", Assert.Single(ErrorsOf(environment), error => error.StartsWith(path, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(SandboxMode.DemoKey, "Gateway__Access__Callers__crm__KeyHashes__0", "Gateway:Access:Callers:crm:KeyHashes")]
    [InlineData(SandboxOAuth.DemoOperatorKey, "Gateway__Access__Callers__crm__KeyHashes__0", "Gateway:Access:Callers:crm:KeyHashes")]
    [InlineData(SandboxMode.DemoKey, "Gateway__Operator__KeyHashes__0", "Gateway:Operator:KeyHashes")]
    [InlineData(SandboxOAuth.DemoOperatorKey, "Gateway__Operator__KeyHashes__0", "Gateway:Operator:KeyHashes")]
    public void A_demo_key_is_an_error_as_a_hash(string key, string variable, string path)
    {
        var environment = Environment();
        environment[variable] = KeyDigest.Of(key).ToString();
        Assert.Contains(ErrorsOf(environment), error => error.StartsWith(path, StringComparison.Ordinal) && error.Contains("which is public"));
    }

    [Fact]
    public void Demo_keys_in_several_places_are_all_reported_at_once_and_never_shown()
    {
        var environment = Environment();
        environment["GATEWAY_KEY"] = SandboxMode.DemoKey;
        environment["Gateway__Access__Callers__crm__KeyHashes__1"] = KeyDigest.Of(SandboxMode.DemoKey).ToString();
        environment["Gateway__Operator__KeyHashes__0"] = KeyDigest.Of(SandboxOAuth.DemoOperatorKey).ToString();
        var errors = ErrorsOf(environment).Where(error => error.Contains("which is public")).ToList();
        Assert.Equal(
            ["GATEWAY_KEY", "Gateway:Access:Callers:crm:KeyHashes", "Gateway:Operator:KeyHashes"],
            errors.Select(error => error[..error.IndexOf(' ')].TrimEnd(':')).Order(StringComparer.Ordinal));
        Assert.All(errors, error => Assert.DoesNotMatch("ngw_|sha256:[0-9a-f]", error));
    }

    [Fact]
    public void In_the_sandbox_the_demo_keys_are_right()
    {
        var environment = Environment();
        environment["Gateway__Access__Callers__crm__KeyHashes__0"] = KeyDigest.Of(SandboxMode.DemoKey).ToString();
        var errors = new SettingErrors();
        GatewaySettings.Read(new SettingsSource(environment, isSandbox: true), errors);
        Assert.Empty(errors.All);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string SecretFor(Place place) => place switch
    {
        Place.GatewayKeyVariable => The.Key,
        Place.OperatorKeyVariable => The.OperatorKey,
        Place.ClientSecretVariable => ClientSecret,
        Place.EncryptionKeyVariable => The.EncryptionKey,
        _ => The.NotionToken,
    };

    /// <summary>What the program makes of a text in this place: the errors of a start, and the secret that is used.</summary>
    private (IReadOnlyList<string> Errors, string? Secret) Read(Place place, string text)
    {
        var environment = Environment();
        var file = Path.Combine(_folder, "token");
        switch (place)
        {
            case Place.Vault:
                // As the source hands it on: a vault is asked after the start.
                var reading = SourceReading.Of(text);
                return (reading.Problem is { } problem ? [problem] : [], reading.Text);
            case Place.OperatorKeyVariable:
                environment[OperatorAddress.KeyVariable] = text;
                var address = OperatorAddress.Find(environment, null, "http://127.0.0.1:1", out var wrong);
                return (address is null ? [wrong] : [], address?.Key);
            case Place.CredentialFile:
                File.WriteAllText(file, text);
                environment["Gateway__Credentials__default__Source"] = "File";
                environment["Gateway__Credentials__default__Path"] = file;
                return (ErrorsOf(environment), Used(environment, new FileSecret("x", SecretKind.NotionToken, file)));
            case Place.GatewayKeyVariable:
                environment["GATEWAY_KEY"] = text;
                var errors = new SettingErrors();
                var (_, settings) = GatewaySettings.Read(new SettingsSource(environment), errors);
                var isRight = settings.Access.Callers.Any(caller => caller.Keys.Contains(KeyDigest.Of(SecretFor(place))));
                return ([.. errors.All.Select(error => error.ToString())], isRight ? SecretFor(place) : null);
            case Place.NotionTokenVariable:
                environment["NOTION_TOKEN"] = text;
                return (ErrorsOf(environment), Used(environment, new EnvironmentSecret("x", SecretKind.NotionToken, "NOTION_TOKEN")));
            default:
                var variable = place == Place.ClientSecretVariable ? "CLIENT_SECRET" : "ENCRYPTION_KEY";
                environment[variable] = text;
                var kind = place == Place.ClientSecretVariable ? SecretKind.ClientSecret : SecretKind.EncryptionKey;
                return (ErrorsOf(environment), Used(environment, new EnvironmentSecret("x", kind, variable)));
        }
    }

    private static string? Used(FakeEnvironment environment, SecretReference secret)
    {
        var services = new ServiceCollection().AddSingleton<IProcessEnvironment>(environment).BuildServiceProvider();
        return secret.CreateReader(services).ReadAsync(default).GetAwaiter().GetResult().Text;
    }

    private static IReadOnlyList<string> ErrorsOf(FakeEnvironment environment)
    {
        var errors = new SettingErrors();
        GatewaySettings.Read(new SettingsSource(environment), errors);
        return [.. errors.All.Select(error => error.ToString())];
    }

    /// <summary>A gateway with a secret of each kind, all of them right.</summary>
    private static FakeEnvironment Environment() => new()
    {
        ["NOTION_TOKEN"] = The.NotionToken,
        ["GATEWAY_KEY"] = The.Key,
        ["CLIENT_SECRET"] = ClientSecret,
        ["ENCRYPTION_KEY"] = The.EncryptionKey,
        ["Gateway__Access__Callers__crm__KeyHashes__0"] = KeyDigest.Of(The.OtherKey).ToString(),
        ["Gateway__Access__Callers__crm__Credential"] = "default",
        ["Gateway__OAuth__Apps__crm__ClientId"] = "client",
        ["Gateway__OAuth__Apps__crm__ClientSecret__Source"] = "Environment",
        ["Gateway__OAuth__Apps__crm__ClientSecret__Variable"] = "CLIENT_SECRET",
        ["Gateway__OAuth__EncryptionKey__Source"] = "Environment",
        ["Gateway__OAuth__EncryptionKey__Variable"] = "ENCRYPTION_KEY",
        ["Gateway__OAuth__PublicUrl"] = "https://connect.example.com",
        ["Gateway__OAuth__Store__Path"] = "/tmp/grants.db",
    };
}
