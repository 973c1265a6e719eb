using NotionGateway;
using NotionGateway.Hosting;
using NotionGateway.Terminal;

RuntimeTuning.Apply();
return await GatewayCommands.InvokeAsync(
    args, new ProcessEnvironment(), StandardStreams.OutputText, StandardStreams.ErrorText, GatewayCommands.PersonAtTerminal());
