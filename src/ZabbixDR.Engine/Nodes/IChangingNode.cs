namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// A node that can be changed. It is handed out only for a <see cref="ChangePermit"/>, which stands for a person's or a script's yes.
/// </summary>
public interface IChangingNode : INode
{
    /// <summary>Runs a command and returns its output.</summary>
    Task<CommandResult> RunAsync(ChangingCommand command, CancellationToken cancellation);

    /// <summary>Runs a command and hands on each line of standard output as it comes.</summary>
    Task<CommandResult> RunAsync(ChangingCommand command, Action<string> onLine, CancellationToken cancellation);

    /// <summary>
    /// Writes a file whole or not at all: to a temporary name beside it, with owner and mode, synced, renamed, and the directory synced.
    /// </summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="content">What it shall hold, from where the stream stands.</param>
    /// <param name="length">How many bytes of it are written; where it has fewer, nothing is.</param>
    /// <param name="attributes">Whose it is and who may read it.</param>
    /// <param name="timeLimit">The longest that it may take; it scales with the length and the network.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task WriteFileAsync(string path, Stream content, long length, FileAttributesOnNode attributes, TimeSpan timeLimit, CancellationToken cancellation);
}
