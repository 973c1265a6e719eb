using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>Lets a part of a grant's name into a route only if it is a <see cref="GatewayName"/>.</summary>
internal sealed class GrantNameConstraint : IRouteConstraint
{
    public const string Name = "name";

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        GatewayName.IsValid(values[routeKey] as string);
}
