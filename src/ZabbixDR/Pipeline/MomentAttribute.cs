using System.Globalization;
using System.Management.Automation;

namespace ZabbixDR.Pipeline;

/// <summary>
/// Hands a moment on as the text that was typed, offset and all: bound to a type of its own, PowerShell would read one without an offset in the
/// time zone of this machine. A date that knows its offset is given it; one that does not gets none.
/// </summary>
public sealed class MomentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        DateTimeOffset moment => moment.ToString("o", CultureInfo.InvariantCulture),
        DateTime date => date.ToString("o", CultureInfo.InvariantCulture),
        _ => inputData,
    };
}
