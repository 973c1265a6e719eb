using NotionGateway;
using NotionGateway.Hosting;
using NotionGateway.Terminal;

RuntimeTuning.Apply();
return await GatewayCommands.InvokeAsync(args, new ProcessEnvironment(), person: GatewayCommands.PersonAtTerminal());
