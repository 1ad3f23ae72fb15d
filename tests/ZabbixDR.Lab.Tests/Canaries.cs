using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Lab.Tests;

/// <summary>The lab's secrets and some that were made for a test, and the places where they are looked for: journals, files of the hosts, folders of the operator.</summary>
internal sealed class Canaries
{
    // Files that were changed since, but for the journal, which is asked by its own program. Only one grep runs: it reads what it looks for once.
    private const string ChangedFiles = """
        find / /run /tmp /dev/shm -xdev -type f -newermt "@$1" -not -path '/var/log/journal/*' -not -path '/run/log/journal/*' -exec grep -slF -f /dev/fd/3 {} + 3<&0
        exit 0
        """;

    private readonly TwoSiteLab _lab;
    private readonly string _since = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");
    private readonly Dictionary<string, string> _secrets = [];

    private Canaries(TwoSiteLab lab) => _lab = lab;

    /// <summary>The secrets, by a name that may be told.</summary>
    public IReadOnlyDictionary<string, string> Secrets => _secrets;

    private string Patterns => string.Join('\n', _secrets.Values) + "\n";

    /// <summary>Gathers those that the lab has.</summary>
    public static async Task<Canaries> OfAsync(TwoSiteLab lab)
    {
        var canaries = new Canaries(lab);
        var secrets = canaries._secrets;
        secrets["etcd's password"] = File.ReadAllText(Path.Combine(lab.OperatorFolder, "etcd-root-password")).Trim();
        secrets["the repository's passphrase"] = File.ReadAllText(Path.Combine(lab.OperatorFolder, "pgbackrest-cipher-pass")).Trim();
        var patroni = (await lab.ExecCheckedAsync("pg-siteA", "cat", "/etc/patroni/config.yml")).Output;
        foreach (var (password, number) in Regex.Matches(patroni, @"password:\s*['""]?([^\s'""]+)").Select(match => match.Groups[1].Value).Distinct().Select((text, index) => (text, index)))
        {
            secrets[$"PostgreSQL's password {number + 1}"] = password;
        }

        secrets["Zabbix's password"] = Regex.Match((await lab.ExecCheckedAsync("zbx-siteB", "cat", "/etc/zabbix/zabbix_server.conf")).Output, @"(?m)^DBPassword=(\S+)").Groups[1].Value;
        Assert.All(secrets.Values, secret => Assert.True(secret.Length >= 8));
        Assert.True(secrets.Count >= 5, $"only {string.Join(", ", secrets.Keys)}");
        return canaries;
    }

    /// <summary>Adds a secret that is not the lab's.</summary>
    /// <returns>The secret.</returns>
    public string Add(string name, string? secret = null) => _secrets[name] = secret ?? $"canary-{Guid.NewGuid():N}";

    /// <summary>The names of those that stand in a text.</summary>
    public IEnumerable<string> In(string text) => _secrets.Where(secret => text.Contains(secret.Value, StringComparison.Ordinal)).Select(secret => secret.Key);

    /// <summary>The lines of a host's journal since the beginning in which one stands.</summary>
    public async Task<string[]> InJournalAsync(string host)
    {
        var journal = (await _lab.ExecCheckedAsync(host, "sh", "-c", $"journalctl --sync; journalctl -q -o verbose --since=@{_since}")).Output;
        return [.. journal.Split('\n').Where(line => line.Contains("MESSAGE=", StringComparison.Ordinal) || line.Contains("CMDLINE=", StringComparison.Ordinal)).Where(line => In(line).Any())];
    }

    /// <summary>The files of a host that were changed since the beginning and hold one.</summary>
    public async Task<string[]> InFilesAsync(string host) => Sorted((await _lab.ExecCheckedAsync(host, ["sh", "-c", ChangedFiles, "sh", _since], TimeSpan.FromMinutes(2), Patterns)).Output);

    /// <summary>The names of the files of folders of this machine that hold one.</summary>
    public async Task<string[]> InFoldersAsync(params IReadOnlyList<string> folders) =>
        [.. Sorted((await new ExternalCommand(["grep", "-rlF", "-f", "/dev/stdin", .. folders]) { Input = Patterns }.RunAsync()).Output).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private static string[] Sorted(string lines) => [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)];
}
