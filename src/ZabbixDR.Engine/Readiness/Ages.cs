using System.Globalization;

namespace ZabbixDR.Engine.Readiness;

/// <summary>Ages as a person reads them, and the judgement that most checks make of one.</summary>
internal static class Ages
{
    /// <summary>The two largest units: "3 d 4 h", "12 min 5 s", "7 s".</summary>
    public static string Text(TimeSpan age)
    {
        (long Count, string Unit)[] parts = [((long)age.TotalDays, "d"), (age.Hours, "h"), (age.Minutes, "min"), (age.Seconds, "s")];
        var shown = parts.SkipWhile(part => part.Count == 0).Take(2).Where(part => part.Count > 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.Unit}"));
        return string.Join(' ', shown) is { Length: > 0 } text ? text : "0 s";
    }

    /// <summary>What is demanded of an age.</summary>
    public static string Limit(TimeSpan limit) => $"at most {Text(limit)}";

    /// <summary>Passes where the subject is young enough.</summary>
    /// <param name="node">The node concerned; null where it is not about one.</param>
    /// <param name="subject">What it is, for the reason: "the newest backup, LABEL,".</param>
    /// <param name="age">How old it is.</param>
    /// <param name="limit">How old it may be.</param>
    /// <param name="remediation">What to do where it is older.</param>
    public static ReadinessFinding Judge(string? node, string subject, TimeSpan age, TimeSpan limit, string remediation) => age <= limit
        ? ReadinessFinding.Pass(node, Limit(limit), Text(age))
        : ReadinessFinding.Fail(node, Limit(limit), Text(age), $"{subject} is {Text(age)} old", remediation);
}
