using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace NotionGateway.Hosting.Listeners;

/// <summary>Says of a listener that could not be opened which one it was and why, without the others.</summary>
internal static class ListenFailure
{
    private const int FirstFreePort = 1024;

    /// <summary>Null if the exception is about something else.</summary>
    public static string? Explain(Exception exception, IConfiguration configuration) => exception switch
    {
        IOException { InnerException: AddressInUseException } => Description(
            Find(configuration, address => exception.Message.Contains($":{address.Port}:")), "the port is already in use"),
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => Description(null, exception.Message),
        SocketException { SocketErrorCode: SocketError.AccessDenied } => Description(
            Find(configuration, address => address.Port < FirstFreePort), "this user is not allowed to open the port"),
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => Description(
            Find(configuration, IsElsewhere), "this machine does not have the address"),
        SocketException => Description(null, exception.Message),
        _ => null,
    };

    private static string Description((Listener Listener, string Url)? found, string problem) => found is { } open
        ? $"the listener {open.Listener} cannot listen on {open.Url}: {problem}. Free it, or change {ListenerRules.PathOf(open.Listener)}."
        : $"a listener cannot be opened: {problem}.";

    /// <summary>The first that fits; the server opens them by name, so the one that failed is the first that could not be opened.</summary>
    private static (Listener Listener, string Url)? Find(IConfiguration configuration, Func<BindingAddress, bool> fits)
    {
        foreach (var listener in ListenerRules.Open(configuration).OrderBy(listener => listener.Name, StringComparer.Ordinal))
        {
            if (ListenerRules.UrlOf(configuration, listener) is { } url && fits(BindingAddress.Parse(url)))
            {
                return (listener, url);
            }
        }

        return null;
    }

    private static bool IsElsewhere(BindingAddress address)
    {
        if (!IPAddress.TryParse(address.Host.Trim('[', ']'), out var host))
        {
            return false;
        }

        try
        {
            using var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(host, 0));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
