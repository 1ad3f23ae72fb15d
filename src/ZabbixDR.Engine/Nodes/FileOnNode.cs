namespace ZabbixDR.Engine.Nodes;

/// <summary>Reads a configuration file of a node.</summary>
public static class FileOnNode
{
    /// <summary>Reads it; null where there is none.</summary>
    /// <param name="node">The node.</param>
    /// <param name="user">The user who may read it.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>FileOnNodeUnreadable</c>, and those of <see cref="INode"/>.</exception>
    public static async Task<string?> ReadAsync(INode node, string user, string path, CancellationToken cancellation)
    {
        // sudo gives 1 too, where it refuses.
        var command = new ObservingCommand("cat", "--", path) { User = user, AcceptedExitCodes = [0, 1] };
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        return result switch
        {
            { ExitCode: 0 } => result.Output,
            _ when result.Error.TrimEnd().EndsWith("No such file or directory", StringComparison.Ordinal) => null,
            _ => throw FileOnNodeUnreadable(node, user, path, result.Error),
        };
    }

    private static DrException FileOnNodeUnreadable(INode node, string user, string path, string tail) => DrException.Of(
        DrErrorKind.Permission,
        node.Name,
        $"Reading {path} as {user}",
        tail.Trim(),
        $"Let {user} read it, and the login user become {user} without a password.");
}
