using NotionGateway;
using NotionGateway.Cli;
using NotionGateway.Hosting;

return await GatewayCommands.InvokeAsync(
    args, new ProcessEnvironment(), StandardStreams.OutputText, StandardStreams.ErrorText, GatewayCommands.PersonAtTerminal());
