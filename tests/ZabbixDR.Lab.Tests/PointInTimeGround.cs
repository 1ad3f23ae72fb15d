using System.Globalization;

namespace ZabbixDR.Lab.Tests;

/// <summary>A cluster with a full backup and a table to be lost, for tests of point-in-time recovery; put right again after each.</summary>
public abstract class PointInTimeGround : IAsyncLifetime
{
    /// <summary>The table that a writer fills.</summary>
    protected const string Table = "pitr";
    private static readonly string[] s_servers = ["pg-siteA", "pg-siteB"];
    private static readonly string[] s_zabbix = ["zbx-siteA", "zbx-siteB"];
    private readonly string? _stateHome = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
    private readonly List<string> _folders = [];

    protected PointInTimeGround(LabFixture fixture) => Fixture = fixture;

    protected LabFixture Fixture { get; }

    protected TwoSiteLab Lab => Fixture.Lab;

    /// <summary>The server that leads.</summary>
    protected string Leader { get; private set; } = "";

    /// <summary>The other one.</summary>
    protected string Standby => s_servers.Single(server => server != Leader);

    /// <summary>Where this operator's journals are.</summary>
    protected string StateFolder { get; private set; } = "";

    public async Task InitializeAsync()
    {
        AnotherOperator();
        await Lab.WaitHealthyAsync();
        Leader = await Lab.LeaderAsync();
        Fixture.Session.Run("Invoke-PgBackRestBackup Full -Confirm:$false").Require();

        // pgBackRest tells the second, rounded down, in which it stopped: the one after is the first target that is surely reached.
        await Task.Delay(TimeSpan.FromSeconds(1));
        await Lab.QueryAsync(Leader, "zabbix", $"DROP TABLE IF EXISTS {Table}; CREATE TABLE {Table} (n bigint, at timestamptz)");
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _stateHome);
        _folders.ForEach(folder => Directory.Delete(folder, recursive: true));
        foreach (var host in Lab.Hosts)
        {
            await Lab.ExecCheckedAsync(host.Name, "sh", "-c", "rm -rf /var/lib/postgresql/*/main.before-* /var/lib/postgresql/*/main.undone-* /var/lib/zabbixdr/lock /var/lib/zabbixdr/runs");
        }

        await Lab.WaitHealthyAsync();
        await Lab.QueryAsync(await Lab.LeaderAsync(), "zabbix", $"DROP TABLE IF EXISTS {Table}");
    }

    /// <summary>From here on the journals of this machine are another's: what was begun is known from the nodes alone.</summary>
    protected void AnotherOperator()
    {
        StateFolder = Directory.CreateTempSubdirectory("zabbixdr-pitr-").FullName;
        _folders.Add(StateFolder);
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", StateFolder);
    }

    protected async Task LeftNothingAsync()
    {
        foreach (var host in s_servers.Concat(s_zabbix))
        {
            var left = await Lab.ExecAsync(host, "sh", "-c", "ls -d /etc/systemd/system/*.d/zabbixdr-* /var/lib/zabbixdr/server-* /var/lib/zabbixdr/units/* /var/lib/zabbixdr/lock 2>/dev/null");
            Assert.Equal("", left.Output);
        }
    }

    // A row a commit, until its table is gone.
    protected Task<CommandOutcome> WriteAsync(TimeSpan? limit = null) => Lab.ExecAsync(
        Leader,
        ["runuser", "-u", "postgres", "--", "psql", "-XAtq", "-d", "zabbix", "-c", $"DO $$ BEGIN FOR i IN 1..100000 LOOP INSERT INTO {Table} VALUES (i, clock_timestamp()); COMMIT; PERFORM pg_sleep(0.01); END LOOP; END $$"],
        limit ?? TimeSpan.FromMinutes(2));

    /// <summary>Waits for so many rows, and tells how many there were then.</summary>
    protected async Task<int> RowsAsync(int least)
    {
        while (true)
        {
            var rows = int.Parse(await Lab.QueryAsync(Leader, "zabbix", $"SELECT count(*) FROM {Table}"), CultureInfo.InvariantCulture);
            if (rows >= least)
            {
                return rows;
            }

            await Task.Delay(50);
        }
    }

    protected async Task<DateTimeOffset> ClockAsync() =>
        DateTimeOffset.Parse(await Lab.QueryAsync(Leader, "zabbix", "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"), CultureInfo.InvariantCulture);

    protected async Task<int> TimelineAsync() =>
        int.Parse(await Lab.QueryAsync(Leader, "zabbix", "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int"), CultureInfo.InvariantCulture);

    protected async Task<string> ConfigurationAsync() => (await Lab.ExecCheckedAsync(Leader, "curl", "-s", $"http://{Lab.Plan.Host(Leader).Address}:8008/config")).Output;

    /// <summary>The leader as it is now, and the table: emptied, or as it is.</summary>
    protected async Task GoOnAsync(bool isEmptied)
    {
        await Lab.WaitHealthyAsync();
        Leader = await Lab.LeaderAsync();
        if (isEmptied)
        {
            await Lab.QueryAsync(Leader, "zabbix", $"DROP TABLE IF EXISTS {Table}; CREATE TABLE {Table} (n bigint, at timestamptz)");
        }
    }

    /// <summary>Rows, a moment, and then the table is gone.</summary>
    protected async Task<DateTimeOffset> LoseAsync()
    {
        await Lab.QueryAsync(Leader, "zabbix", $"INSERT INTO {Table} SELECT n, clock_timestamp() FROM generate_series(1, 1000) n");
        var target = await ClockAsync();
        await Lab.QueryAsync(Leader, "zabbix", $"DROP TABLE {Table}");
        return target;
    }

    protected async Task IsBackAsync() => Assert.Equal("1000|1000", await Lab.QueryAsync(Leader, "zabbix", $"SELECT count(*), max(n) FROM {Table}"));
}
