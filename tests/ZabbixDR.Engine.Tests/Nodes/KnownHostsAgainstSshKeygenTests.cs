using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ZabbixDR.Engine.Nodes.Ssh;

namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>The lines that count for a host, beside those that <c>ssh-keygen -F</c> finds.</summary>
public sealed class KnownHostsAgainstSshKeygenTests : IDisposable
{
    private const int Files = 40;
    private static readonly (string Name, int Port)[] Hosts = [("pg-sitea", 22), ("pg-siteb", 2222), ("a.example.org", 22), ("10.1.0.11", 22), ("fe80::1", 22), ("web", 2222)];
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [ProgramFact("ssh-keygen")]
    public async Task Generated_files_name_the_same_lines_to_ssh_keygen_and_to_us()
    {
        var found = 0;
        for (var seed = 0; seed < Files; seed++)
        {
            var random = new Random(seed);
            var keys = Enumerable.Range(0, 16).Select(_ => Key(random)).ToList();
            var markers = keys.ConvertAll(_ => random.Next(8) switch { 0 => "@revoked ", 1 => "@cert-authority ", _ => "" });
            var lines = keys.Select((key, index) => $"{markers[index]}{Names(random)} ssh-ed25519 {Convert.ToBase64String(key)}");
            await File.WriteAllLinesAsync(_file, lines);
            var known = KnownHosts.Load(_file);

            foreach (var (name, port) in Hosts)
            {
                var theirs = await FoundAsync(port == 22 ? name : $"[{name}]:{port}");
                found += theirs.Count;
                var plain = theirs.Exists(line => markers[line - 1].Length == 0);
                var authority = theirs.Find(line => markers[line - 1] == "@cert-authority ");
                for (var line = 1; line <= keys.Count; line++)
                {
                    var expected = (theirs.Contains(line), markers[line - 1]) switch
                    {
                        (true, "") => (HostKeyTrust.Trusted, line),
                        (true, "@revoked ") => (HostKeyTrust.Revoked, line),
                        _ when plain => (HostKeyTrust.Changed, theirs.Find(other => markers[other - 1].Length == 0)),
                        _ when authority > 0 => (HostKeyTrust.CertificateOnly, authority),
                        _ => (HostKeyTrust.Unknown, 0),
                    };
                    var verdict = known.Judge(name, port, keys[line - 1]);

                    Assert.True(expected == (verdict.Trust, verdict.Line ?? 0), $"seed {seed}, {name}, line {line}: {verdict}, not {expected}\n{await File.ReadAllTextAsync(_file)}");
                }
            }
        }

        Assert.True(found > Files, $"only {found} lines were found");
    }

    private async Task<List<int>> FoundAsync(string host)
    {
        var (_, output, _) = await RealProgram.RunAsync("ssh-keygen", "-F", host, "-f", _file);
        return [.. output.Split('\n')
            .Where(line => line.StartsWith("# Host ", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(" found: line ")[1].Split(' ')[0], CultureInfo.InvariantCulture))];
    }

    private static byte[] Key(Random random)
    {
        var key = new byte[32];
        random.NextBytes(key);
        return [0, 0, 0, 11, .. "ssh-ed25519"u8, 0, 0, 0, 32, .. key];
    }

    private static string Names(Random random) => random.Next(3) == 0
        ? Hashed(Name(random), random)
        : string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => (random.Next(4) == 0 ? "!" : "") + Pattern(random)));

    private static string Name(Random random) =>
        Hosts[random.Next(Hosts.Length)] is var (name, port) && port == 22 ? name : $"[{name}]:{port}";

    private static string Pattern(Random random) => random.Next(7) switch
    {
        0 => "*",
        1 => "pg-*",
        2 => "*.example.org",
        3 => "10.1.0.1?",
        4 => "[*]:2222",
        _ => Name(random),
    };

    private static string Hashed(string name, Random random)
    {
        var salt = new byte[20];
        random.NextBytes(salt);
#pragma warning disable CA5350 // The format is SHA-1's.
        return $"|1|{Convert.ToBase64String(salt)}|{Convert.ToBase64String(HMACSHA1.HashData(salt, Encoding.ASCII.GetBytes(name)))}";
#pragma warning restore CA5350
    }
}
