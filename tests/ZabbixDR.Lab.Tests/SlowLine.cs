namespace ZabbixDR.Lab.Tests;

/// <summary>A host whose packets leave it slowly, until this is disposed: so that even a small thing takes its time.</summary>
public sealed class SlowLine : IAsyncDisposable
{
    private const string Interface = "eth0";
    private const string Rate = "300kbit";
    private readonly TwoSiteLab _lab;
    private readonly string _host;

    private SlowLine(TwoSiteLab lab, string host)
    {
        _lab = lab;
        _host = host;
    }

    public static async Task<SlowLine> OnAsync(TwoSiteLab lab, string host)
    {
        await lab.ExecCheckedAsync(host, "tc", "qdisc", "replace", "dev", Interface, "root", "tbf", "rate", Rate, "burst", "16kb", "latency", "2s");
        return new SlowLine(lab, host);
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab.IsRunning(_host))
        {
            await _lab.ExecAsync(_host, "tc", "qdisc", "del", "dev", Interface, "root");
        }
    }
}
