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

    /// <summary>A topology file beside the lab's own, with a text of it replaced.</summary>
    public string TopologyWith(string text, string replacement)
    {
        var original = File.ReadAllText(Lab.TopologyFile);
        Assert.Contains(text, original, StringComparison.Ordinal);
        var copy = Path.Combine(Lab.OperatorFolder, $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(copy, original.Replace(text, replacement, StringComparison.Ordinal));
        _topologies.Add(copy);
        return copy;
    }

    public void Dispose()
    {
        Session.Dispose();
        _topologies.ForEach(File.Delete);
    }
}
