using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.OAuth;

/// <summary>How many calls came to the OAuth endpoints, those that a fault struck too, and how many refreshes were really done.</summary>
internal sealed class OAuthCalls
{
    private int _authorize;
    private int _token;
    private int _exchange;
    private int _refresh;
    private int _rotation;
    private int _introspect;
    private int _revoke;

    /// <summary>Times that a browser came to be asked.</summary>
    public int Authorize => Volatile.Read(ref _authorize);

    /// <summary>All calls to the token endpoint.</summary>
    public int Token => Volatile.Read(ref _token);

    /// <summary>Of those, the ones that brought <c>grant_type: authorization_code</c>.</summary>
    public int Exchange => Volatile.Read(ref _exchange);

    /// <summary>And the ones that brought <c>grant_type: refresh_token</c>.</summary>
    public int Refresh => Volatile.Read(ref _refresh);

    /// <summary>Refreshes that gave a new pair, whether its response arrived or not.</summary>
    public int Rotation => Volatile.Read(ref _rotation);

    public int Introspect => Volatile.Read(ref _introspect);

    public int Revoke => Volatile.Read(ref _revoke);

    public void Note(Arrival arrival, RequestBody body)
    {
        switch (arrival.Method, arrival.Target.Path)
        {
            case ("GET", OAuthPaths.Authorize):
                Interlocked.Increment(ref _authorize);
                break;
            case ("POST", OAuthPaths.Token):
                Interlocked.Increment(ref _token);
                NoteGrantType(body);
                break;
            case ("POST", OAuthPaths.Introspect):
                Interlocked.Increment(ref _introspect);
                break;
            case ("POST", OAuthPaths.Revoke):
                Interlocked.Increment(ref _revoke);
                break;
        }
    }

    public void NoteRotation() => Interlocked.Increment(ref _rotation);

    public void Clear() => _authorize = _token = _exchange = _refresh = _rotation = _introspect = _revoke = 0;

    private void NoteGrantType(RequestBody body)
    {
        switch (GrantType(body))
        {
            case GrantTypes.Code:
                Interlocked.Increment(ref _exchange);
                break;
            case GrantTypes.Refresh:
                Interlocked.Increment(ref _refresh);
                break;
        }
    }

    private static string? GrantType(RequestBody body)
    {
        try
        {
            return JsonBody.Parse(body.Bytes).Text("grant_type");
        }
        catch (Refusal)
        {
            return null;
        }
    }
}
