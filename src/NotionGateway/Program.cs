using NotionGateway.Cli;
using NotionGateway.Hosting;
using NotionGateway.Settings;

return await GatewayCommands.InvokeAsync(
    args, new ProcessEnvironment(), StandardStreams.OutputText, StandardStreams.ErrorText, Terminal.OfProcess());
