using System.Management.Automation;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Pipeline;

/// <summary>Takes a duration as the topology file writes it, 30s, 15m, 4h or 7d, beside PowerShell's own 7.00:00:00. A bare number is refused: PowerShell would take it for ticks.</summary>
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if ((inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is null or TimeSpan)
        {
            return inputData;
        }

        // PowerShell reads 7d as the decimal 7; turned into text it is what was typed.
        var text = LanguagePrimitives.ConvertTo<string>(inputData);
        return text.Contains(':', StringComparison.Ordinal) ? text
            : text.Length > 0 && !char.IsAsciiDigit(text[^1]) && DurationText.Parse(text) is { } duration ? duration
            : throw new ArgumentTransformationMetadataException($"'{text}' is no duration: give a number with a unit (30s, 15m, 4h, 7d), or d.hh:mm:ss.");
    }
}
