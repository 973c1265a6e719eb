using NotionGateway;
using NotionGateway.Terminal;

return await GatewayCommands.InvokeAsync(args, new ProcessEnvironment());
