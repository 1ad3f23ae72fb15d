using System.Globalization;
using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// Reads of ssh_config(5) what concerns one host. Keywords: HostName, User, Port, IdentityFile, IdentitiesOnly, IdentityAgent,
/// ProxyJump, UserKnownHostsFile, HostKeyAlias, ConnectTimeout, Host, Include, Match all. All others are passed over: they are about what is not
/// done here (forwarding, terminals, the ssh program's own ciphers). ProxyCommand is the exception: to connect without it would reach
/// another host or none, so it is refused where it counts.
/// <para>
/// Of Match only <c>all</c> is judged: the other criteria run programs or need a second pass. A line under another criterion is
/// refused where it could change the outcome: a keyword from above that is not decided yet. Everything else there is passed over.
/// </para>
/// <para>
/// Lines for other hosts are not judged, so that a mistake in one of them stops nobody's recovery; ssh itself would stop.
/// /etc/ssh/ssh_config is not read.
/// </para>
/// </summary>
internal sealed partial class SshConfigReader
{
    // OpenSSH readconf.c, READCONF_MAX_DEPTH.
    private const int MaximumDepth = 16;
    private readonly string _host;
    private readonly bool _identitiesGiven;
    private SshHostConfig _found;

    private SshConfigReader(string host, SshHostConfig given)
    {
        _host = host;
        _identitiesGiven = given.IdentityFiles.Count > 0;
        _found = given;
    }

    private enum Scope
    {
        Applies,
        PassedOver,
        Undecided,
    }

    /// <summary>Reads the file.</summary>
    /// <param name="file">An absolute path.</param>
    /// <param name="host">The host's name, as a user would type it after ssh.</param>
    /// <param name="given">What is decided already, as ssh's command line decides it.</param>
    /// <exception cref="DrException">One of <see cref="SshConfigErrors"/>.</exception>
    public static SshHostConfig Read(string file, string host, SshHostConfig given)
    {
        var reader = new SshConfigReader(host, given);
        reader.ReadFile(file, 0);
        return reader._found;
    }

    private void ReadFile(string file, int depth)
    {
        var scope = Scope.Applies;
        SshConfigLine? match = null;
        foreach (var line in Load(file))
        {
            switch (line.Keyword)
            {
                case "host":
                    scope = Matches(line.Arguments()) ? Scope.Applies : Scope.PassedOver;
                    break;
                case "match":
                    match = line;
                    scope = line.Arguments() is [var all] && all.Equals("all", StringComparison.OrdinalIgnoreCase) ? Scope.Applies : Scope.Undecided;
                    break;
                case var _ when scope == Scope.PassedOver || !Counts(line.Keyword):
                    break;
                case var _ when scope == Scope.Undecided:
                    throw SshConfigErrors.SshConfigMatchUnsupported(match!, line);
                case "include":
                    Include(line, depth + 1);
                    break;
                default:
                    Take(line);
                    break;
            }
        }
    }

    private static List<SshConfigLine> Load(string file)
    {
        try
        {
            // As ssh does: who may write here decides which machine is reached.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            {
                throw SshConfigErrors.SshConfigUnsafe(file);
            }

            return [.. File.ReadAllLines(file).Select((text, index) => SshConfigLine.Parse($"{file}:{index + 1}", text)).OfType<SshConfigLine>()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SshConfigErrors.SshConfigUnreadable(file, error.Message, error);
        }
    }

    private bool Matches(IReadOnlyList<string> patterns) =>
        !patterns.Any(pattern => pattern.StartsWith('!') && MatchesPattern(pattern[1..])) && patterns.Any(MatchesPattern);

    // The framework's pattern has an escape, ssh's has none.
    private bool MatchesPattern(string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern.Replace(@"\", @"\\", StringComparison.Ordinal), _host, ignoreCase: false);

    // The first value wins; of IdentityFile all count.
    private bool Counts(string keyword) => keyword switch
    {
        "include" => true,
        "hostname" => _found.HostName is null,
        "user" => _found.User is null,
        "port" => _found.Port is null,
        "identityfile" => !_identitiesGiven,
        "identitiesonly" => _found.IdentitiesOnly is null,
        "identityagent" => _found.IdentityAgent is null,
        "proxyjump" or "proxycommand" => _found.ProxyJump is null,
        "userknownhostsfile" => _found.KnownHostsFiles is null,
        "hostkeyalias" => _found.HostKeyAlias is null,
        "connecttimeout" => _found.ConnectTimeout is null,
        _ => false,
    };

    private void Take(SshConfigLine line) => _found = line.Keyword switch
    {
        "hostname" => _found with { HostName = SshTokens.Expand(new SshConfigValue(line.Argument(), line.Place), new Dictionary<char, string> { ['h'] = _host }) },
        "user" => _found with { User = line.Argument() },
        "port" => _found with { Port = Port(line) },
        "identityfile" => WithIdentity(new SshConfigValue(line.Argument(), line.Place)),
        "identitiesonly" => _found with { IdentitiesOnly = YesOrNo(line) },
        "identityagent" => _found with { IdentityAgent = new SshConfigValue(line.Argument(), line.Place) },
        "proxyjump" => _found with { ProxyJump = Jump(line) },
        "proxycommand" => _found with { ProxyJump = IsNone(line.Text) ? new SshConfigValue("none", line.Place) : throw SshConfigErrors.SshConfigProxyCommandUnsupported(line) },
        "userknownhostsfile" => _found with { KnownHostsFiles = [.. line.Arguments().Select(file => new SshConfigValue(file, line.Place))] },
        "hostkeyalias" => _found with { HostKeyAlias = line.Argument() },
        _ => _found with { ConnectTimeout = Limit(line) },
    };

    private SshHostConfig WithIdentity(SshConfigValue identity) => _found.IdentityFiles.Any(known => known.Text == identity.Text)
        ? _found
        : _found with { IdentityFiles = [.. _found.IdentityFiles, identity] };

    private static bool IsNone(string text) => text.Equals("none", StringComparison.OrdinalIgnoreCase);

    private static int Port(SshConfigLine line) =>
        int.TryParse(line.Argument(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : throw SshConfigErrors.SshConfigInvalid(line, "a number from 1 to 65535");

    private static bool YesOrNo(SshConfigLine line) => line.Argument().ToLowerInvariant() switch
    {
        "yes" or "true" => true,
        "no" or "false" => false,
        _ => throw SshConfigErrors.SshConfigInvalid(line, "yes or no"),
    };

    // Of this keyword alone ssh takes the rest of the line as it is, without quotes, up to a comment (readconf.c, parse_jump).
    private static SshConfigValue Jump(SshConfigLine line) => line.Text.Split('#')[0].Trim() is { Length: > 0 } text
        ? new SshConfigValue(text, line.Place)
        : throw SshConfigErrors.SshConfigInvalid(line, "jump hosts or none");

    // sshd_config(5), TIME FORMATS: 90, 1m30, 1m30s. none is our default here: nothing waits for ever.
    private static TimeSpan? Limit(SshConfigLine line)
    {
        var text = line.Argument();
        if (IsNone(text))
        {
            return null;
        }

        var parts = TimeFormat().Match(text);
        var seconds = parts.Groups[1].Captures.Sum(part => part.ValueSpan[^1] switch
        {
            'm' or 'M' => 60 * Number(part.Value[..^1]),
            'h' or 'H' => 3600 * Number(part.Value[..^1]),
            's' or 'S' => Number(part.Value[..^1]),
            _ => Number(part.Value),
        });
        return parts.Success && seconds is >= 1 and <= 86400
            ? TimeSpan.FromSeconds(seconds)
            : throw SshConfigErrors.SshConfigInvalid(line, "a time from 1 s to a day, such as 90 or 1m30s");
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("^([0-9]{1,9}[smhSMH]?)+$")]
    private static partial Regex TimeFormat();

    private void Include(SshConfigLine line, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw SshConfigErrors.SshConfigIncludesTooDeep(line.Place);
        }

        foreach (var pattern in line.Arguments())
        {
            foreach (var file in IncludedFiles(line, SshTokens.FromHome(new SshConfigValue(pattern, line.Place))))
            {
                ReadFile(file, depth);
            }
        }
    }

    private static IReadOnlyList<string> IncludedFiles(SshConfigLine line, string pattern)
    {
        try
        {
            return FilePattern.Files(Path.Combine(SshTokens.Home, ".ssh", pattern));
        }
        catch (ArgumentException)
        {
            throw SshConfigErrors.SshConfigInvalid(line, "a pattern of files");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SshConfigErrors.SshConfigUnreadable(line.Place, error.Message, error);
        }
    }
}
