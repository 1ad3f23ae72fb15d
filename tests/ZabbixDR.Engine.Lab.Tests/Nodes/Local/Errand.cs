using System.Text;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Secrets;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Lab.Tests.Nodes.Local;

/// <summary>Something of everything that is done on a node, told line by line: the same lines whatever the way to the node is.</summary>
internal sealed class Errand
{
    private readonly StringBuilder _told = new();
    private readonly DeploymentSession _session;
    private readonly IChangingNode _node;
    private readonly string _folder;

    private Errand(DeploymentSession session, IChangingNode node, string folder) => (_session, _node, _folder) = (session, node, folder);

    /// <summary>Does it all.</summary>
    /// <param name="session">The deployment.</param>
    /// <param name="node">A node that runs PostgreSQL.</param>
    /// <param name="folder">An empty folder on it, which is the login user's.</param>
    public static async Task<string> RunAsync(DeploymentSession session, string node, string folder)
    {
        var changing = await session.Nodes.ChangingAsync(session.Nodes.Get(node), ChangePermit.AfterConsent("a test"), CancellationToken.None);
        var errand = new Errand(session, changing, folder);
        await errand.CommandsAsync();
        await errand.FilesAsync();
        await errand.UnitsAsync();
        await errand.SystemsAsync();
        return errand._told.ToString();
    }

    private async Task CommandsAsync()
    {
        string?[] users = [null, "postgres"];
        foreach (var user in users)
        {
            await ObserveAsync(new ObservingCommand("id", "-un") { User = user });
            await ObserveAsync(new ObservingCommand("printf", "%s|", "two words", "it's", "$(reboot)", "new\nline", "", "日本") { User = user });
            await ObserveAsync(new ObservingCommand("sh", "-c", "echo $LC_ALL $TZ; echo why >&2; exit 3") { User = user });
            await ObserveAsync(new ObservingCommand("sh", "-c", "kill -KILL $$") { User = user });
            await ObserveAsync(new ObservingCommand("no-such-program") { User = user });
            await ObserveAsync(new ObservingCommand("sleep", "30") { User = user, TimeLimit = TimeSpan.FromSeconds(1) });
            await ObserveAsync(new ObservingCommand("sh", "-c", "echo $ZDR_SECRET") { User = user, Environment = new Dictionary<string, Secret> { ["ZDR_SECRET"] = new("a secret") } });
            await TellAsync("input", async () => (await _node.RunAsync(new ChangingCommand("wc", "-c") { User = user, Input = new MemoryStream(new byte[1_000_000]) }, CancellationToken.None)).Output);
        }
    }

    private async Task FilesAsync()
    {
        var file = $"{_folder}/a file";
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        await TellAsync("write", () => WriteAsync(file, new FileAttributesOnNode("postgres", "zabbixdr", mode)));
        await TellAsync("write where nothing is", () => WriteAsync($"{_folder}/none/file", new FileAttributesOnNode("root", "root", mode)));
        await TellAsync("stat", async () => await NodeFiles.StatAsync(_node, file, CancellationToken.None) is { } found ? $"{found.Kind} {found.Owner} {found.Group} {found.Mode} {found.Size}" : "none");
        await TellAsync("sum", () => NodeFiles.Sha256Async(_node, file, TimeSpan.FromSeconds(10), CancellationToken.None));
        await TellAsync("read as postgres", async () => await NodeFiles.ReadTextAsync(_node, file, CancellationToken.None, "postgres") ?? "none");
        await TellAsync("read as nobody", async () => await NodeFiles.ReadTextAsync(_node, file, CancellationToken.None, "nobody") ?? "none");
        await TellAsync("move aside", () => NodeFiles.MoveAsideAsync(_node, file, DateTimeOffset.UnixEpoch, 1000, CancellationToken.None));
        await TellAsync("list", async () => string.Join(' ', (await NodeFiles.ListAsync(_node, _folder, CancellationToken.None)).Select(one => one.Path)));
    }

    private async Task<string> WriteAsync(string path, FileAttributesOnNode attributes)
    {
        await NodeFiles.WriteAsync(_node, path, "content\n"u8.ToArray(), attributes, CancellationToken.None);
        return "written";
    }

    private async Task UnitsAsync()
    {
        var name = new UnitName("19700101-000000", "errand");
        await TellAsync("unit", async () =>
        {
            await NodeUnits.StartAsync(_node, new UnitRequest(name, "sh", "-c", "id -un; exit 4") { User = "postgres" }, CancellationToken.None);
            using var output = new MemoryStream();
            var end = await NodeUnits.FollowAsync(_node, name, 0, output, CancellationToken.None);
            return $"{end.State} {end.ExitCode} {Encoding.UTF8.GetString(output.ToArray())}";
        });
        await TellAsync("the same again", () => StartAsync(name));
        await TellAsync("forgotten", () => ForgetAsync(name));
        await TellAsync("another", () => StartAsync(name));
        await TellAsync("cancelled", async () => await NodeUnits.CancelAsync(_node, name, CancellationToken.None) is var end ? $"{end.State} {end.Signal}" : "");
        await TellAsync("forgotten", () => ForgetAsync(name));
    }

    private async Task<string> StartAsync(UnitName name)
    {
        await NodeUnits.StartAsync(_node, new UnitRequest(name, "sleep", "600"), CancellationToken.None);
        return "started";
    }

    private async Task<string> ForgetAsync(UnitName name)
    {
        await NodeUnits.ForgetAsync(_node, name, CancellationToken.None);
        return $"{(await NodeUnits.FindAsync(_node, name, CancellationToken.None)).State}";
    }

    private async Task SystemsAsync()
    {
        await TellAsync("Patroni", async () =>
        {
            var cluster = await _session.Patroni.GetClusterAsync(CancellationToken.None);
            return $"{cluster.Scope} {cluster.SystemIdentifier} {string.Join(' ', cluster.Members.Select(member => $"{member.Name}:{member.Role}:{member.State}:{member.IsPrimary}"))}";
        });
        await TellAsync("PostgreSQL", async () =>
        {
            await using var session = await _session.Postgres.OpenAsync(_node, null, CancellationToken.None);
            await using var query = session.Connection.CreateCommand();
            query.CommandText = "SELECT current_user || ' ' || pg_is_in_recovery()";
            return (string)(await query.ExecuteScalarAsync())!;
        });
        await TellAsync("pgBackRest", async () =>
        {
            var content = await ReadBackups.FromAnyNodeAsync(_session, null, PgBackRestClient.DefaultTimeLimit, CancellationToken.None);
            return string.Join(' ', content.Backups.Select(backup => $"{backup.Label}:{backup.RepositoryBackupSize}").Concat(content.Failures.Select(failure => failure.Id)));
        });
    }

    private Task ObserveAsync(ObservingCommand command) => TellAsync($"{command} as {command.User ?? "the login user"}", async () => (await _node.RunAsync(command, CancellationToken.None)).Output);

    private async Task TellAsync(string what, Func<Task<string>> work)
    {
        string answer;
        try
        {
            answer = await work();
        }
        catch (DrException error)
        {
            answer = $"{error.Id}: {error.Message}";
        }

        _told.Append($"{what}: {answer}\n");
    }
}
