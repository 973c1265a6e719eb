using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using NotionGateway.Hosting.Listeners;

namespace NotionGateway.UnitTests.Hosting.Listeners;

public sealed class ListenFailureTests
{
    private static readonly IConfiguration Configuration = Configured.From(
        ("Kestrel:Endpoints:Data:Url", "http://*:80"), ("Kestrel:Endpoints:Management:Url", "http://127.0.0.1:8081"));

    [Fact]
    public void A_port_in_use_is_named_with_its_listener_alone() => Assert.Equal(
        "the listener Management cannot listen on http://127.0.0.1:8081: the port is already in use. Free it, or change Kestrel:Endpoints:Management:Url.",
        ListenFailure.Explain(
            new IOException("Failed to bind to address http://127.0.0.1:8081: address already in use.", new AddressInUseException("x")), Configuration));

    [Fact]
    public void A_port_that_needs_rights_is_named_with_its_listener_alone() => Assert.Equal(
        "the listener Data cannot listen on http://*:80: this user is not allowed to open the port. Free it, or change Kestrel:Endpoints:Data:Url.",
        ListenFailure.Explain(new SocketException((int)SocketError.AccessDenied), Configuration));

    [Fact]
    public void What_is_not_about_listening_is_left_to_others() => Assert.Null(ListenFailure.Explain(new IOException("the disk is full"), Configuration));
}
