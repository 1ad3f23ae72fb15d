using System.Text;

namespace ZabbixDR.Engine.Nodes;

/// <summary>What a finished command gave.</summary>
/// <param name="ExitCode">Its exit code, one of those that the command accepts.</param>
/// <param name="Output">Its standard output; empty where it went into a sink or stream.</param>
/// <param name="Error">The tail of its standard error, at most 64 KiB.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of the output, without line ends and without an empty last one.</summary>
    public IReadOnlyList<string> Lines => Output.Length == 0 ? [] : Output.TrimEnd('\n').Split('\n');

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ExitCode = ").Append(ExitCode).Append(", ").Append(Output.Length).Append(" characters of output");
        return true;
    }
}
