using System.Text;

namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>Random files of ssh_config(5), the same ones from the same seed, with the forms that people write.</summary>
internal sealed class SshConfigGenerator
{
    private static readonly string[] Hosts = ["pg-siteA", "pg-siteB", "db.example.org", "10.1.0.11", "web1", "PG-sitea", "fe80::1"];
    private readonly Random _random;
    private readonly string _folder;
    private int _includes;

    public SshConfigGenerator(int seed, string folder)
    {
        _random = new Random(seed);
        _folder = folder;
    }

    public string Host() => Pick(Hosts);

    /// <summary>Writes a file, and those that it includes.</summary>
    public string Write(string name, int depth = 0)
    {
        var text = new StringBuilder();
        for (var line = _random.Next(4, 30); line > 0; line--)
        {
            text.Append(Pick("", "", "  ", "\t")).Append(Line(depth)).Append(Pick("", "", "", " ", "\r")).Append('\n');
        }

        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text.ToString());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private string Line(int depth) => _random.Next(18) switch
    {
        0 => Pick("", "# a comment", "#Host *"),
        1 or 2 or 3 => Say("Host", string.Join(' ', Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Pattern()))),
        4 => "Match all",
        5 => Include(depth),
        6 => Say("HostName", Word(Pick("10.2.0.11", "%h.example.org", "Real.Example.ORG", "a%%b"))),
        7 => Say("User", Word(Pick("zabbixdr", "root", "a b", "o'brien", @"back\slash", "#x"))),
        8 => Say("Port", Pick("22", "2222", "65535", "1")),
        9 or 10 => Say("IdentityFile", Word(Pick("~/.ssh/id_one", "/keys/with space", "%d/.ssh/%r@%h", "none", "/keys/%n-%p-%u", "/x=y"))),
        11 => Say("IdentitiesOnly", Pick("yes", "no", "true", "FALSE")),
        12 => Say("ProxyJump", Pick("none", "jump1", "ops@jump1:2222", "jump1,ops@jump2", "a,b,c:1", "ssh://ops@jump1:23", "[fe80::2]:22", "%r@gate-%h", "jump1 # why")),
        13 => Say("UserKnownHostsFile", Pick("/known/one", "/known/one ~/.ssh/two", "\"/known/a b\" /known/%h", "none")),
        14 => Say("HostKeyAlias", Word(Pick("alias", "Alias.Example", "a b"))),
        15 => Say("ConnectTimeout", Pick("5", "1m", "1m30", "2M5s", "1h")),
        16 => Say("ForwardAgent", "yes"),
        _ => Pick("ProxyCommand none", "Match host nowhere\n  ServerAliveInterval 7\nMatch all", "Compression no", "Match originalhost web1\n  Ciphers aes128-ctr\nHost *"),
    };

    private string Include(int depth)
    {
        if (depth >= 3)
        {
            return "# deep enough";
        }

        var name = $"include-{_includes++}";
        Write(name + ".a.conf", depth + 1);
        Write(name + ".b.conf", depth + 1);
        return Say("Include", Pick($"{_folder}/{name}.*.conf", $"{_folder}/{name}.[b].conf", $"{_folder}/{name}.?.conf {_folder}/nowhere.*", $"\"{_folder}/{name}.a.conf\""));
    }

    private string Pattern() => Pick("", "", "", "!") + Pick([.. Hosts, "*", "*", "pg-*", "*.example.org", "10.1.0.?", "pg-site[A]", "?*1"]);

    private string Say(string keyword, string value) =>
        Pick(keyword, keyword, keyword.ToLowerInvariant(), keyword.ToUpperInvariant()) + Pick(" ", " ", "=", " = ", "\t", "  ", "= ") + value;

    private string Word(string text)
    {
        var quoted = Pick("\"", "'") is var quote && !text.Contains('\'', StringComparison.Ordinal) ? quote + text + quote : $"\"{text}\"";
        return (text.AsSpan().IndexOfAny(" '#") >= 0 ? quoted : Pick(text, text, quoted)) + Pick("", "", "", " # said");
    }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
