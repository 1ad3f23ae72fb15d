namespace ZabbixDR.Engine.Runbooks;

/// <summary>Where the lines of a journal are kept.</summary>
internal interface IJournalCopies
{
    /// <summary>
    /// Writes a line and has it on disk, here and on the step's own node; the other copies are for who resumes from elsewhere. That a step is
    /// done goes to the nodes with the next line that does: who resumes from there without it looks, and finds it done.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="node">The step's node; null for a line that is about no node.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>JournalUnwritable</c>: what it announces must not begin.</exception>
    Task WriteAsync(JournalLine line, string? node, CancellationToken cancellation);
}
