namespace ZabbixDR.Engine.Runbooks;

/// <summary>The journals in the folder of this machine's user.</summary>
internal sealed class JournalsOfUser : IJournalsHere
{
    public void Append(JournalLine line) => RunJournals.AppendHere(line);

    public IReadOnlyList<(string Run, IReadOnlyList<JournalLine> Lines)> Read() => RunJournals.ReadHere();
}
