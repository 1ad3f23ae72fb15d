namespace ZabbixDR.Lab;

/// <summary>What a program that ran to its end left behind.</summary>
/// <param name="Command">The argument vector, joined with blanks, for messages.</param>
/// <param name="ExitCode">Its exit code; 128 + n where signal n ended it.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record CommandOutcome(string Command, int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Returns this outcome, or throws with the last lines of what the program said.</summary>
    /// <exception cref="LabException">The exit code is not 0.</exception>
    public CommandOutcome OrThrow(string? where = null)
    {
        if (Succeeded) return this;
        var said = (Output + Error).Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(15);
        throw new LabException($"{(where is null ? "" : where + ": ")}'{Command}' ended with exit code {ExitCode}:\n{string.Join('\n', said)}");
    }
}
