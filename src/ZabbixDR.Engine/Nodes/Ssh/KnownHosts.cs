using System.Security.Cryptography;
using System.Text;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// The host keys that a person has trusted. The format is sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": plain, wildcard, negated and
/// hashed host patterns, <c>[host]:port</c>, and the marker <c>@revoked</c>. <c>@cert-authority</c> lines are passed over: a host
/// that is known by them alone counts as unknown.
/// </summary>
internal sealed class KnownHosts
{
    private const string HashMarker = "|1|";
    private readonly List<Entry> _entries;

    private KnownHosts(string file, List<Entry> entries)
    {
        File = file;
        _entries = entries;
    }

    /// <summary>The file that the entries came from.</summary>
    public string File { get; }

    /// <summary>Reads the file; one that does not exist trusts nobody.</summary>
    public static KnownHosts Load(string file) => Parse(file, System.IO.File.Exists(file) ? System.IO.File.ReadAllLines(file) : []);

    /// <summary>Reads the lines; one that is not of the format is passed over, as ssh does.</summary>
    public static KnownHosts Parse(string file, IEnumerable<string> lines) =>
        new(file, [.. lines.Select((text, index) => Entry.Parse(text, index + 1)).OfType<Entry>()]);

    /// <summary>The key types that are known of a host, such as <c>ssh-ed25519</c>.</summary>
    public IReadOnlySet<string> KeyTypes(string host, int port) =>
        _entries.Where(entry => !entry.Revoked && entry.Matches(HostToken(host, port))).Select(entry => entry.KeyType).ToHashSet();

    /// <summary>What the file says of the key that a host shows.</summary>
    public HostKeyVerdict Judge(string host, int port, byte[] key)
    {
        var token = HostToken(host, port);
        var matching = _entries.Where(entry => entry.Matches(token)).ToList();
        if (matching.Find(entry => entry.Revoked && entry.Key.AsSpan().SequenceEqual(key)) is { } revoked)
        {
            return new HostKeyVerdict(HostKeyTrust.Revoked, revoked.Line);
        }

        var trusted = matching.Where(entry => !entry.Revoked).ToList();
        if (trusted.Find(entry => entry.Key.AsSpan().SequenceEqual(key)) is { } same)
        {
            return new HostKeyVerdict(HostKeyTrust.Trusted, same.Line);
        }

        return trusted.Count > 0 ? new HostKeyVerdict(HostKeyTrust.Changed, trusted[0].Line) : new HostKeyVerdict(HostKeyTrust.Unknown, null);
    }

    // ssh looks names up, and hashes them, in lower case (OpenSSH sshconnect.c, get_hostfile_hostname_ipaddr).
    private static string HostToken(string host, int port) => port == 22 ? host.ToLowerInvariant() : $"[{host.ToLowerInvariant()}]:{port}";

    private sealed record Entry(int Line, bool Revoked, string Hosts, string KeyType, byte[] Key)
    {
        public static Entry? Parse(string text, int line)
        {
            var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var marker = fields.Length > 0 && fields[0].StartsWith('@') ? fields[0] : null;
            var rest = marker is null ? fields : fields[1..];
            if (rest.Length < 3 || rest[0].StartsWith('#') || marker is not (null or "@revoked"))
            {
                return null;
            }

            var key = new byte[rest[2].Length];
            return Convert.TryFromBase64String(rest[2], key, out var length)
                ? new Entry(line, marker is not null, rest[0], rest[1], key[..length])
                : null;
        }

        public bool Matches(string token)
        {
            if (Hosts.StartsWith(HashMarker, StringComparison.Ordinal))
            {
                return MatchesHash(token);
            }

            var patterns = Hosts.Split(',');
            return !patterns.Any(pattern => pattern.StartsWith('!') && MatchesPattern(pattern[1..], token))
                && patterns.Any(pattern => MatchesPattern(pattern, token));
        }

        private static bool MatchesPattern(string pattern, string token) =>
            System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, token);

        // HMAC-SHA1 of the host name with the salt as its key (OpenSSH hostfile.c, host_hash).
        private bool MatchesHash(string token)
        {
            var parts = Hosts[HashMarker.Length..].Split('|');
            var (salt, hash) = (new byte[64], new byte[64]);
            if (parts.Length != 2
                || !Convert.TryFromBase64String(parts[0], salt, out var saltLength)
                || !Convert.TryFromBase64String(parts[1], hash, out var hashLength))
            {
                return false;
            }

#pragma warning disable CA5350 // The format is SHA-1's; it hides names and proves nothing.
            var computed = HMACSHA1.HashData(salt.AsSpan(0, saltLength), Encoding.ASCII.GetBytes(token));
#pragma warning restore CA5350
            return computed.AsSpan().SequenceEqual(hash.AsSpan(0, hashLength));
        }
    }
}
