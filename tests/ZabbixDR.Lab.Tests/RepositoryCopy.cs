namespace ZabbixDR.Lab.Tests;

/// <summary>
/// A copy of the lab's repository on the leader, with a configuration file of its own and a topology that names it: it may be damaged, and no
/// WAL comes in.
/// </summary>
public sealed class RepositoryCopy(LabFixture fixture) : IAsyncLifetime
{
    private const string Folder = "/var/tmp/repository-copy";
    private const string Configuration = Folder + "/pgbackrest.conf";

    /// <summary>The topology whose pgBackRest sees the copy.</summary>
    public string Topology { get; private set; } = "";

    /// <summary>The leader, which has it.</summary>
    public string Leader { get; private set; } = "";

    /// <summary>The sets in it, oldest first.</summary>
    public IReadOnlyList<PgBackRestBackup> Sets { get; private set; } = [];

    /// <summary>The sets of the newest full set's chain that are not full.</summary>
    public PgBackRestBackup LastFull => Sets.Last(set => set.Type == PgBackRestBackupType.Full);

    public async Task InitializeAsync()
    {
        Leader = await fixture.Lab.LeaderAsync();
        Topology = fixture.TopologyWith("stanza: zabbix-cluster", $"stanza: zabbix-cluster\n  configFile: {Configuration}");
        foreach (var type in new[] { "Full", "Incr" })
        {
            fixture.Session.Run($"Invoke-PgBackRestBackup {type} -Confirm:$false").Require();
        }

        // Six segments behind the last set, so that one in the middle can go.
        await fixture.Lab.ExecCheckedAsync(Leader, "runuser", "-u", "postgres", "--", "sh", "-ec", "for n in 1 2 3 4 5 6; do psql -XAtqc 'create table gap(); drop table gap; select pg_switch_wal()'; sleep 1; done; sleep 3");
        const string copy =
            """
            mkdir -p "$0" && cp -a /mnt/backup/pgbackrest "$0/pristine"
            sed "s|^repo1-path=.*|repo1-path=$0/repository|" /etc/pgbackrest/pgbackrest.conf >"$0/pgbackrest.conf"
            cp "$0/pgbackrest.conf" "$0/pgbackrest.conf.pristine"
            chown -R postgres: "$0"
            """;
        await fixture.Lab.ExecCheckedAsync(Leader, ["sh", "-ec", copy, Folder], TimeSpan.FromMinutes(2));
        await RenewAsync("");
        Sets = fixture.Session.Run("param($t) Get-PgBackRestBackup -Topology $t", Topology).Require().As<PgBackRestBackup>();
    }

    /// <summary>Makes the copy anew and damages it: the script begins in the copy, with the last full set's label as its first argument and the folder of the newest WAL as its second.</summary>
    public async Task RenewAsync(string damage)
    {
        const string renew = """cd "$0" && rm -rf repository && cp -a pristine repository && cp -p pgbackrest.conf.pristine pgbackrest.conf && cd repository; """;
        await fixture.Lab.ExecCheckedAsync(Leader, ["sh", "-ec", renew + damage, Folder, Sets.Count == 0 ? "" : LastFull.Label, Sets.Count == 0 ? "" : $"archive/zabbix-cluster/17-1/{Sets[^1].WalStop![..16]}"], TimeSpan.FromMinutes(2));
    }

    /// <summary>Judges the copy.</summary>
    public IReadOnlyList<PgBackRestRepositoryCheck> Test(string arguments = "") =>
        fixture.Session.Run($"param($t) Test-PgBackRestRepository {arguments} -Topology $t", Topology).Require().As<PgBackRestRepositoryCheck>();

    /// <summary>Runs pgBackRest on the copy.</summary>
    public async Task<string> PgBackRestAsync(params string[] arguments) =>
        (await fixture.Lab.ExecCheckedAsync(Leader, ["runuser", "-u", "postgres", "--", "env", "LC_ALL=C", "TZ=UTC", "pgbackrest", $"--config={Configuration}", "--stanza=zabbix-cluster", .. arguments], TimeSpan.FromMinutes(2))).Output;

    /// <summary>Runs a script on the leader as postgres.</summary>
    public async Task<string> ShellAsync(string script, params string[] arguments) =>
        (await fixture.Lab.ExecCheckedAsync(Leader, ["runuser", "-u", "postgres", "--", "env", "LC_ALL=C", "TZ=UTC", "sh", "-ec", script, Configuration, .. arguments], TimeSpan.FromMinutes(2))).Output;

    public Task DisposeAsync() => fixture.Lab.ExecCheckedAsync(Leader, "rm", "-rf", Folder);
}
