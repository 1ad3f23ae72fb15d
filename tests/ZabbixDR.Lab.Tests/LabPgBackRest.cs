using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

/// <summary>The lab's own pgBackRest, run as root on the hosts: what the module says is held against it.</summary>
internal sealed class LabPgBackRest(TwoSiteLab lab)
{
    private const string Configuration = "/etc/pgbackrest/pgbackrest.conf";
    private const string BackupLog = "/var/log/pgbackrest/zabbix-cluster-backup.log";

    /// <summary>The sets that <c>info</c> lists, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> SetsAsync(string host)
    {
        var output = (await RunAsync(host, "--stanza=zabbix-cluster", "--output=json", "--log-level-console=off", "info")).Output;
        return [.. JsonDocument.Parse(output).RootElement[0].GetProperty("backup").EnumerateArray()];
    }

    /// <summary>The labels of those.</summary>
    public async Task<IReadOnlyList<string>> LabelsAsync(string host) =>
        [.. (await SetsAsync(host)).Select(set => set.GetProperty("label").GetString()!)];

    /// <summary>Runs pgBackRest as postgres.</summary>
    public Task<CommandOutcome> RunAsync(string host, params string[] arguments) =>
        lab.ExecCheckedAsync(host, ["runuser", "-u", "postgres", "--", "env", "LC_ALL=C", "TZ=UTC", "pgbackrest", .. arguments], TimeSpan.FromMinutes(2));

    /// <summary>Edits the configuration of a host with a sed expression until what is returned is disposed of.</summary>
    public async Task<IAsyncDisposable> AmendAsync(string host, string expression)
    {
        await lab.ExecCheckedAsync(host, "cp", "-p", Configuration, Configuration + ".kept");
        await lab.ExecCheckedAsync(host, "sed", "-i", expression, Configuration);
        return new Undo(() => lab.ExecCheckedAsync(host, "mv", Configuration + ".kept", Configuration));
    }

    /// <summary>How much has been written to the log of backups on a host: every run of <c>backup</c> writes to it.</summary>
    public async Task<string> BackupLogSizeAsync(string host) => (await lab.ExecCheckedAsync(host, "stat", "-c", "%s", BackupLog)).Output.Trim();

    /// <summary>The processes of a backup on a host.</summary>
    public async Task<string> ProcessesAsync(string host) =>
        (await lab.ExecAsync(host, "pgrep", "-a", "-f", "^pgbackrest .*backup")).Output.Trim();

    /// <summary>Starts a backup beside the module and stops it in mid-flight, its lock held; gives its process.</summary>
    public async Task<int> StartAndFreezeAsync(string host)
    {
        // Not runuser or sudo: they stop themselves when their child is stopped, and then leave it a zombie.
        const string script =
            """
            setsid setpriv --reuid=postgres --regid=postgres --init-groups pgbackrest --stanza=zabbix-cluster --type=full --log-level-console=off backup </dev/null >/dev/null 2>&1 &
            for attempt in $(seq 500); do
                pid=$(sed -n 's/.*"pid":\([0-9][0-9]*\).*/\1/p' /tmp/pgbackrest/zabbix-cluster-backup*.lock 2>/dev/null)
                [ -n "$pid" ] && kill -STOP "$pid" && echo "$pid" && exit 0
                sleep 0.02
            done
            echo "no lock was taken" >&2
            exit 1
            """;
        return int.Parse((await lab.ExecCheckedAsync(host, "sh", "-c", script)).Output, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Starts the expiry of old sets beside the module and stops it where it begins, on a standby too; gives its process.</summary>
    public async Task<int> StartExpireAndFreezeAsync(string host)
    {
        // It runs for some hundredths of a second: where it was quicker than the signal, once more.
        const string script =
            """
            for attempt in $(seq 50); do
                setsid setpriv --reuid=postgres --regid=postgres --init-groups pgbackrest --stanza=zabbix-cluster --log-level-console=off expire </dev/null >/dev/null 2>&1 &
                while read -r name </proc/$!/comm; do
                    [ "$name" = pgbackrest ] && kill -STOP $! && sleep 0.1 && [ -e /proc/$! ] && echo $! && exit 0
                done 2>/dev/null
            done
            exit 1
            """;
        return int.Parse((await lab.ExecCheckedAsync(host, "sh", "-c", script)).Output, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Ends a frozen backup cleanly, so that it frees its lock, and waits for its end.</summary>
    public Task ThawAndEndAsync(string host, int process) =>
        lab.ExecCheckedAsync(host, "sh", "-c", "kill -TERM $0; kill -CONT $0; for attempt in $(seq 100); do kill -0 $0 2>/dev/null || exit 0; sleep 0.1; done; exit 1", $"{process}");

    /// <summary>Comes to its end once a backup holds its lock on the host.</summary>
    public Task UntilRunningAsync(string host) => lab.ExecCheckedAsync(
        host, "sh", "-c", "for attempt in $(seq 1000); do ls /tmp/pgbackrest/zabbix-cluster-backup*.lock >/dev/null 2>&1 && exit 0; sleep 0.02; done; exit 1");

    private sealed class Undo(Func<Task> undo) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(undo());
    }
}
