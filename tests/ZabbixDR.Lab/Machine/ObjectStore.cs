namespace ZabbixDR.Lab;

/// <summary>
/// An object store that speaks S3, for pgBackRest's other kind of repository: s3rver from npm, behind a certificate of the lab's authority.
/// It stands at neither site, has an address of its own on the router, and runs only once somebody asks for it.
/// </summary>
internal sealed class ObjectStore(TwoSiteLab lab)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Cgroup _cgroup = Cgroup.ForLab(lab.Plan.Name).Child(".s3");

    public bool IsRunning => _cgroup.IsPopulated;

    private string Folder => Path.Combine(lab.Folder, "s3");

    private string LogFile => Path.Combine(lab.Folder, "s3.log");

    /// <summary>Starts it, or finds it running; what it held before it was stopped, it holds again.</summary>
    public async Task StartAsync(Phases phases, CancellationToken cancellation)
    {
        if (IsRunning) return;
        await Prerequisites.EnsureS3Async(phases, cancellation);
        await _cgroup.KillAsync(cancellation);
        _cgroup.Create();
        Directory.CreateDirectory(Folder);
        File.Delete(LogFile);
        using (var authority = CertificateAuthority.Open(lab.Paths.CertificateAuthority))
            LabSecrets.WritePair(Folder, "server", authority.IssueServer(LabS3.Host, LabS3.Address));
        await new ExternalCommand("ip", "-n", lab.NetworkNamespace, "address", "replace", $"{LabS3.Address}/32", "dev", "lo").RunCheckedAsync(cancellation);
        await new ExternalCommand(["setsid", "--fork", "sh", "-c", """echo $$ >"$LAB_CGROUP/cgroup.procs" && exec "$@" </dev/null >"$LAB_LOG" 2>&1""", "sh",
            .. lab.Network.Inside(
                "node", Prerequisites.S3Server, "--directory", Path.Combine(Folder, "objects"), "--address", LabS3.Address, "--port", $"{LabS3.Port}",
                "--key", Path.Combine(Folder, "server.key"), "--cert", Path.Combine(Folder, "server.crt"),
                "--no-vhost-buckets", "--configure-bucket", LabS3.Bucket).Argv])
        {
            Variables = new Dictionary<string, string> { ["LAB_CGROUP"] = _cgroup.Path, ["LAB_LOG"] = LogFile },
        }.RunCheckedAsync(cancellation);
        await Wait.UntilAsync("the object store to listen", StartLimit,
            () => Said().Contains("listening", StringComparison.Ordinal) ? null : $"it says: {Said()}", cancellation);
    }

    /// <summary>Ends it; what it holds stays until the lab is reset.</summary>
    public Task StopAsync(CancellationToken cancellation) => _cgroup.KillAsync(cancellation);

    private string Said() => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "(nothing)";
}
