namespace ZabbixDR.Engine.Runbooks;

/// <summary>The journals that this machine keeps.</summary>
internal interface IJournalsHere
{
    /// <summary>Adds a line, and has it on disk.</summary>
    /// <exception cref="DrException"><c>JournalUnwritable</c>.</exception>
    void Append(JournalLine line);

    /// <summary>All journals, by run.</summary>
    /// <exception cref="DrException"><c>JournalUnreadable</c>.</exception>
    IReadOnlyList<(string Run, IReadOnlyList<JournalLine> Lines)> Read();
}
