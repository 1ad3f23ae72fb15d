using System.Buffers;
using System.Text;

namespace ZabbixDR.Engine.Nodes;

/// <summary>What a finished command gave.</summary>
/// <param name="ExitCode">Its exit code, one of those that the command accepts.</param>
/// <param name="Output">Its standard output; empty where it went into a sink or stream.</param>
/// <param name="Error">The tail of its standard error, at most 64 KiB.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    private readonly CapturedOutput? _captured;
    private string? _output = Output;

    /// <summary>What a command gave whose output was captured.</summary>
    internal CommandResult(int exitCode, CapturedOutput captured, string error)
        : this(exitCode, "", error) => (_captured, _output) = (captured, null);

    /// <summary>Its standard output; empty where it went into a sink or stream.</summary>
    public string Output
    {
        get => _output ??= _captured!.Text;
        init => _output = value;
    }

    /// <summary>The same as the bytes that came: an answer of megabytes need not become text to be read.</summary>
    internal ReadOnlySequence<byte> Bytes => _captured is { } captured && _output is null ? captured.Bytes : new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(Output));

    /// <summary>The lines of the output, without line ends and without an empty last one.</summary>
    public IReadOnlyList<string> Lines => Output.Length == 0 ? [] : Output.TrimEnd('\n').Split('\n');

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ExitCode = ").Append(ExitCode).Append(", ").Append(Output.Length).Append(" characters of output");
        return true;
    }
}
