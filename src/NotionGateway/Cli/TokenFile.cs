using NotionGateway.Access;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.Hosting;

namespace NotionGateway.Cli;

/// <summary>A token in a file, as a service would present it: what the gateway finds out about it, with the keys that its issuer publishes now.</summary>
internal static class TokenFile
{
    /// <summary>The token; null, with the problem in words, if there is none.</summary>
    public static PresentedToken? Read(string path, out string problem)
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            problem = TokenForm.HasForm(text) ? ""
                : $"{path} holds no token: a token begins with eyJ and has three parts with a dot between them, without 'Bearer' and without quotes.";
            return problem.Length == 0 ? new PresentedToken(text) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"{path} cannot be read.";
            return null;
        }
    }

    /// <summary>Prints each check; the name of the caller, or null if it proves none.</summary>
    public static async Task<string?> ExplainAsync(
        PresentedToken token, TextWriter output, SettingsSource source, IConfiguration configuration, GatewaySettings settings,
        CancellationToken cancellationToken)
    {
        if (TokenFront.Read(token.Text, out var said) is null && said is not null)
        {
            foreach (var (name, value) in TokenSteps.Claims(said))
            {
                await output.WriteLineAsync($"{"claim",-12}{name}: {value}");
            }
        }

        if (new AccessRules(settings.Access).Tokens is not { } rules)
        {
            await output.WriteLineAsync($"{"issuer",-12}✗ no issuer is configured, so a token is an unknown key: set Gateway:Access:Issuers");
            return null;
        }

        if (token.Text.Length > rules.Longest)
        {
            await output.WriteLineAsync($"{"form",-12}✗ it has {token.Text.Length} characters, more than Gateway:Access:MaxTokenLength ({rules.Longest})");
            return null;
        }

        await using var app = GatewayHost.Build(source, configuration, settings with { Shared = null }, builder => builder.Logging.ClearProviders());
        var issuers = app.Services.GetRequiredService<Issuers>();
        await Task.WhenAll(issuers.All.Select(keys => keys.ReadAsync()));
        var verdict = await app.Services.GetRequiredService<TokenVerifier>().VerifyAsync(
            rules, token, KeyDigest.OfToken(token.Text), peer: null, cancellationToken);
        foreach (var (step, holds, text) in TokenSteps.Of(verdict))
        {
            await output.WriteLineAsync($"{step,-12}{(holds ? "✓" : "✗")} {text}".TrimEnd());
        }

        foreach (var keys in issuers.All.Where(keys => keys.Issuer == verdict.Issuer && keys.Problem is not null))
        {
            await output.WriteLineAsync($"{"",-12}  its keys cannot be read from {keys.Place.Description}: {keys.Problem}");
        }

        return verdict.Token?.Owner;
    }
}
