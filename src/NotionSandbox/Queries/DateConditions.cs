using System.Text.Json.Nodes;
using NotionSandbox.Json;

namespace NotionSandbox.Queries;

/// <summary>Conditions on dates, those relative to now among them. A date without a time of day is compared by the day.</summary>
internal static class DateConditions
{
    public static bool Hold(DateTimeOffset? value, string name, JsonNode? operand, DateTimeOffset now)
    {
        var text = operand.Text();
        var other = PropertyReading.ParseDate(text);
        var left = text?.Length == 10 && value is { } full ? new DateTimeOffset(full.UtcDateTime.Date, TimeSpan.Zero) : value;
        return name switch
        {
            "equals" => left == other,
            "before" => left < other,
            "after" => left > other,
            "on_or_before" => left <= other,
            "on_or_after" => left >= other,
            "is_empty" => value is null,
            "is_not_empty" => value is not null,
            "this_week" => value >= StartOfWeek(now) && value < StartOfWeek(now).AddDays(7),
            "past_week" => value >= now.AddDays(-7) && value <= now,
            "past_month" => value >= now.AddMonths(-1) && value <= now,
            "past_year" => value >= now.AddYears(-1) && value <= now,
            "next_week" => value >= now && value <= now.AddDays(7),
            "next_month" => value >= now && value <= now.AddMonths(1),
            "next_year" => value >= now && value <= now.AddYears(1),
            _ => throw Conditions.Unknown(name),
        };
    }

    private static DateTimeOffset StartOfWeek(DateTimeOffset now) =>
        new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-(int)now.UtcDateTime.DayOfWeek);
}
