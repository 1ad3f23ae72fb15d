using System.Globalization;
using System.Management.Automation;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Pipeline;

/// <summary>
/// Takes a duration as the topology file writes it, 30s, 15m, 4h or 7d, beside PowerShell's own 7.00:00:00. A bare number is refused: PowerShell
/// would take it for ticks. So is a negative one, as a script gets it that subtracts the wrong way round or too late.
/// </summary>
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    // What .NET's timers can wait for is some hours longer.
    private static readonly TimeSpan s_longestLimit = TimeSpan.FromDays(49);

    /// <summary>Whether something ends when it is over: it is more than nothing then, and no longer than 49 days.</summary>
    public bool IsLimit { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (given is null)
        {
            return inputData;
        }

        // PowerShell reads 7d as the decimal 7; turned into text it is what was typed.
        var duration = given as TimeSpan? ?? Parse(LanguagePrimitives.ConvertTo<string>(inputData));
        return duration < TimeSpan.Zero ? throw Refused(duration, "is negative: give how long, such as 30s, 15m, 4h or 7d")
            : IsLimit && duration == TimeSpan.Zero ? throw Refused(duration, "leaves no time at all: give how long it may take, such as 30s, 15m or 4h")
            : IsLimit && duration > s_longestLimit ? throw Refused(duration, "is longer than a wait can be: give 49d or less")
            : duration;
    }

    private static TimeSpan Parse(string text) =>
        text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var written) ? written
        : text.Length > 0 && !char.IsAsciiDigit(text[^1]) && DurationText.Parse(text) is { } duration ? duration
        : throw new ArgumentTransformationMetadataException($"'{text}' is no duration: give a number with a unit (30s, 15m, 4h, 7d), or d.hh:mm:ss.");

    private static ArgumentTransformationMetadataException Refused(TimeSpan duration, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{duration:c} {why}."));
}
