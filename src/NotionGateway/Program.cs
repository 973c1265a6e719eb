using NotionGateway;
using NotionGateway.Hosting;
using NotionGateway.Terminal;

return await GatewayCommands.InvokeAsync(
    args, new ProcessEnvironment(), StandardStreams.OutputText, StandardStreams.ErrorText, GatewayCommands.PersonAtTerminal());
