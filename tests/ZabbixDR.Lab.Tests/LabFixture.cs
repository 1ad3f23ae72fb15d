namespace ZabbixDR.Lab.Tests;

/// <summary>The running lab that all tests share, one after the other, and the operator's PowerShell session on it.</summary>
public sealed class LabFixture : IDisposable
{
    private readonly List<string> _topologies = [];

    public LabFixture()
    {
        Lab = TwoSiteLab.Open(Environment.GetEnvironmentVariable("ZABBIXDR_LAB") ?? "default");
        Session = ModuleSession.Open(Lab.TopologyFile);
    }

    public TwoSiteLab Lab { get; }

    /// <summary>A session connected to the lab.</summary>
    public ModuleSession Session { get; }

    /// <summary>A topology file beside the lab's own, with texts of it replaced: each by the one after it.</summary>
    public string TopologyWith(params string[] replaced)
    {
        var text = File.ReadAllText(Lab.TopologyFile);
        foreach (var pair in replaced.Chunk(2))
        {
            Assert.Contains(pair[0], text, StringComparison.Ordinal);
            text = text.Replace(pair[0], pair[1], StringComparison.Ordinal);
        }

        var copy = Path.Combine(Lab.OperatorFolder, $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(copy, text);
        _topologies.Add(copy);
        return copy;
    }

    public void Dispose()
    {
        Session.Dispose();
        _topologies.ForEach(File.Delete);
    }
}
