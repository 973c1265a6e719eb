using CsCheck;
using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Access.Targets;

/// <summary>
/// Random targets, most of them almost right, through the target check and the reader of queries together. A failure prints the target and the
/// seed that repeats it (<c>CsCheck_Seed</c>).
/// </summary>
public sealed class TargetFuzzTests
{
    private static readonly AccessRules Rules = new(Some.Access(Some.CallerOptions("crm")));

    private static readonly Gen<string> Any = Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\0', '\u017f']).Select(character => character.ToString());

    private static readonly Gen<string> Escape = Gen.Select(Gen.Int[0, 255], Gen.Bool, Gen.Int[0, 2], (value, upper, more) =>
        $"%{string.Concat(Enumerable.Repeat("25", more))}{value.ToString(upper ? "X2" : "x2", System.Globalization.CultureInfo.InvariantCulture)}");

    private static readonly Gen<string> Piece = Gen.Frequency(
        (12, Gen.OneOf("v1", "users", "me", "pages", "properties", "search", "a", "0f0f", "title", "/", "?", "&", "=", ";", "+", "[", "]", "~", "_")),
        (6, Gen.OneOf("..", ".", "//", "/../", "%2e", "%2E%2e", "%2F", "%5c", "%3B", "%25", "%00", "%C3%A9", "%c0%ae", "%EF%BC%8E", "%", "%zz", "#", "\\")),
        (2, Gen.OneOf("ntn_12345678901abcdefghij", "secret_01234567890123456789", "ngw_0123456789012345678901", "%6etn_12345678901abcdefghij")),
        (2, Escape),
        (1, Any));

    private static readonly Gen<string> Path = Gen.Frequency(
        (3, Gen.OneOf("/v1/users", "/v1/users/me", "//v1/users", "/v1/search", "/v1/pages/0f0f", "/v1/pages/0f0f/properties/title", "/v1/views/a/queries/b")),
        (2, Gen.OneOf(NotionOperations.All.Select(operation => operation.Template.Replace("{", "").Replace("}", "")).ToArray())),
        (2, Gen.Select(Gen.OneOf("/", "/v1/", "//v1/", "/v1/pages/a/properties/", ""), Piece.Array[1, 6], (start, pieces) => start + string.Concat(pieces))));

    /// <summary>A name that means a token, however it is written.</summary>
    private static readonly Gen<string> TokenName = Gen.Select(
        Gen.OneOf("token", "access_token", "auth_token", "api_key"),
        Gen.Int[0, 5].Array[12],
        Gen.OneOf("", "", "[", "[]", "%5b0%5D", "+", "%20", "%00x", "%250a"),
        (name, ways, end) => string.Concat(name.Select((character, at) => Written(character, ways[at]))) + end);

    private static readonly Gen<string> Parameter = Gen.Frequency(
        (3, Gen.Select(TokenName, Piece.Array[0, 2], (name, value) => value.Length == 0 ? name : $"{name}={string.Concat(value)}")),
        (3, Gen.OneOf("a=1", "b=%C3%A9", "c", "", "x=a+b", "filter[]=1", "tokens=1", "mytoken=2", "t=token")),
        (2, Piece.Array[0, 5].Select(string.Concat)));

    private static readonly Gen<string> Query =
        Gen.Select(Parameter.Array[0, 5], Gen.OneOf("&", "&", ";"), (parameters, separator) => string.Join(separator, parameters));

    private static readonly Gen<string> Target = Gen.Select(
        Path, Query, Gen.Int[0, 3], Any, Gen.Int[0, 200],
        (path, query, kind, character, at) => kind switch
        {
            0 => path,
            1 when path.Length + query.Length > 0 => $"{path}?{query}".Insert(at % (path.Length + query.Length + 1), character),
            _ => $"{path}?{query}",
        });

    [Fact]
    public void A_target_is_refused_or_sent_as_it_was_judged() => Run(20_000);

    [Fact]
    [Trait("Category", "Long")]
    public void Millions_of_targets_are_refused_or_sent_as_they_were_judged() => Run(4_000_000);

    private static void Run(long iterations)
    {
        var (accepted, stripped) = (0, 0);
        Target.Sample(
            raw =>
            {
                if (AccessOrder.Read(Rules, RequestHead.WellFormed("GET"), raw, out var reading) is { } refusal)
                {
                    Assert.Equal(RefusalReason.MalformedTarget, refusal.Reason);
                    return;
                }

                Interlocked.Increment(ref accepted);
                Interlocked.Add(ref stripped, reading!.QueryTokens > 0 ? 1 : 0);
                var sent = reading.Target.ToString();
                var wrong = TargetReference.WrongWith(raw, sent);
                Assert.True(wrong is null, $"'{raw}' is sent as '{sent}': {wrong}");
                var path = sent.Split('?')[0];
                Assert.Equal(path, reading.Target.Path.ToString());
                foreach (var method in HeaderRules.Methods)
                {
                    var decision = Rules.Authorize(Rules.CallerNamed("crm")!, method, reading.Target, null);
                    Assert.Equal(TargetReference.OperationOf(method, path), decision.Operation?.Name);
                    Assert.Equal(decision.Operation is null ? RefusalReason.UnknownOperation : null, decision.Refusal?.Reason);
                }
            },
            iter: iterations);

        // Both sides of the rules are reached, or the sample says little.
        Assert.True(accepted > iterations / 4 && accepted < iterations * 9 / 10 && stripped > iterations / 20, $"{accepted} accepted, {stripped} stripped");
    }

    private static string Written(char character, int way) => way switch
    {
        0 => $"%{(int)character:x2}",
        1 => $"%25{(int)character:X2}",
        2 => char.ToUpperInvariant(character).ToString(),
        3 => $"%0A{character}",
        _ => character.ToString(),
    };
}
