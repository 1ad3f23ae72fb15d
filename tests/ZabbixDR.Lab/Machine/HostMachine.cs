namespace ZabbixDR.Lab;

/// <summary>
/// One host as this machine sees it: a systemd-nspawn container in a cgroup and a network namespace of its own,
/// on an overlay over the layers that all hosts share.
/// </summary>
internal sealed class HostMachine(LabFolder folder, LabNetwork network, LabHost host)
{
    private static readonly Dictionary<string, string> CleanEnvironment = new()
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["HOME"] = "/root",
        ["USER"] = "root",
        ["LC_ALL"] = "C",
    };

    private readonly Cgroup _cgroup = Cgroup.ForLab(folder.Name).Child(host.Name);

    public LabHost Host => host;

    public bool IsRunning => _cgroup.IsPopulated;

    /// <summary>Whether its sshd is stopped in mid-flight.</summary>
    public bool IsHung => SshProcesses().Any(process => StateOf(process) == 'T');

    /// <summary>The overlay's upper folder: all that this host has written itself.</summary>
    public string Upper => folder.HostFolder(host.Name, "upper");

    /// <summary>Powers it on; returns once its first process runs, long before it has booted.</summary>
    public async Task StartAsync(IEnumerable<string> lowerLayers, string? sharedFolder, CancellationToken cancellation)
    {
        if (IsRunning) return;
        await _cgroup.KillAsync(cancellation);
        _cgroup.Create();
        var root = folder.HostFolder(host.Name, "root");
        foreach (var needed in new[] { Upper, folder.HostFolder(host.Name, "work"), root }) Directory.CreateDirectory(needed);
        await network.SetLinkAsync(host, up: true, cancellation);

        IReadOnlyList<string> nspawn =
        [
            Prerequisites.Nspawn, "--quiet", "--directory", root, "--boot", "--register=no", "--keep-unit",
            $"--network-namespace-path=/run/netns/{network.NamespaceOf(host)}", $"--machine={network.NamespaceOf(host)}", $"--hostname={host.Name}",
            "--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=pipe", "--capability=all",
            .. sharedFolder is null ? Array.Empty<string>() : [$"--bind={sharedFolder}:/mnt/backup"],
        ];
        var boot = new ExternalCommand(["setsid", "--fork", "sh", LabHome.Description("hosts/boot-host.sh"), .. nspawn])
        {
            Variables = new Dictionary<string, string>(Prerequisites.NspawnVariables)
            {
                ["LAB_CGROUP"] = _cgroup.Path,
                ["LAB_CONSOLE"] = ConsoleLog,
                ["LAB_LOWER"] = string.Join(':', lowerLayers),
                ["LAB_UPPER"] = Upper,
                ["LAB_WORK"] = folder.HostFolder(host.Name, "work"),
                ["LAB_ROOT"] = root,
            },
        };
        await boot.RunCheckedAsync(cancellation);
        await Wait.UntilAsync($"the first process of {host.Name}", TimeSpan.FromSeconds(30),
            () => FindInit() is null ? "none yet; its console says:\n" + ConsoleTail() : null, cancellation);
    }

    /// <summary>Waits until systemd has started all that it starts at boot.</summary>
    public Task WaitBootedAsync(CancellationToken cancellation) => Wait.UntilAsync($"{host.Name} to boot", TimeSpan.FromMinutes(3),
        async token => await SystemStateAsync(token) is "running" or "degraded" ? null : $"systemd says '{await SystemStateAsync(token)}'; its console says:\n{ConsoleTail()}",
        cancellation);

    /// <summary>Cuts its power. The link goes first: a dead host answers nothing, not even with a reset.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        await network.SetLinkAsync(host, up: false, cancellation);
        await _cgroup.KillAsync(cancellation);
    }

    /// <summary>Ends all its processes and leaves its link as it is.</summary>
    public Task PowerOffAsync(CancellationToken cancellation) => _cgroup.KillAsync(cancellation);

    /// <summary>Stops sshd in mid-flight, the listener and every session: connections are accepted and never answered.</summary>
    public void Hang()
    {
        foreach (var process in SshProcesses()) Native.Signal(process, Native.Stop);
    }

    public void Resume()
    {
        foreach (var process in SshProcesses()) Native.Signal(process, Native.Continue);
    }

    /// <summary>A program on the host, as root, reached by its namespaces and not by its network.</summary>
    public ExternalCommand Command(IReadOnlyList<string> argv, TimeSpan limit, string? input = null)
    {
        var init = FindInit() ?? throw new LabException($"{host.Name} is off");
        return new ExternalCommand(["nsenter", $"--target={init}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd", "--", .. argv])
        {
            Limit = limit,
            Input = input,
            Environment = folder.EnvironmentOf(host).Concat(CleanEnvironment).ToDictionary(),
        };
    }

    public async Task<CommandOutcome> ExecAsync(IReadOnlyList<string> argv, TimeSpan limit, string? input, CancellationToken cancellation) =>
        await Command(argv, limit, input).RunAsync(cancellation) with { Command = string.Join(' ', argv) };

    /// <summary>A file of the running host's merged root, as a path of this machine.</summary>
    public string File(string absolutePath) =>
        $"/proc/{FindInit() ?? throw new LabException($"{host.Name} is off")}/root{absolutePath}";

    private string ConsoleLog => folder.HostFolder(host.Name, "console.log");

    /// <summary>The last that its console showed, which outlives it.</summary>
    public string ConsoleTail() => System.IO.File.Exists(ConsoleLog)
        ? string.Join('\n', System.IO.File.ReadLines(ConsoleLog).TakeLast(10))
        : "(nothing)";

    private async Task<string> SystemStateAsync(CancellationToken cancellation)
    {
        if (!IsRunning) return "off";
        var outcome = await ExecAsync(["systemctl", "is-system-running"], TimeSpan.FromSeconds(10), null, cancellation);
        return (outcome.Output + outcome.Error).Trim();
    }

    /// <summary>Its process 1, by this machine's count.</summary>
    private int? FindInit() => _cgroup.Processes().Cast<int?>().FirstOrDefault(process => IdsOf(process!.Value) is [_, .., "1"]);

    private IEnumerable<int> SshProcesses() =>
        _cgroup.Processes().Where(process => ReadProcess(process, "comm").StartsWith("sshd", StringComparison.Ordinal));

    /// <summary>A process's id in each pid namespace that it is in, the outermost first.</summary>
    private static string[] IdsOf(int process) => ReadProcess(process, "status").Split('\n')
        .FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal))?.Split('\t')[1..] ?? [];

    private static char StateOf(int process) => ReadProcess(process, "stat").Split(") ").Last().FirstOrDefault();

    private static string ReadProcess(int process, string file)
    {
        try
        {
            return System.IO.File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
