using System.Security.Cryptography;
using System.Text;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// The host keys that a person has trusted. The format is sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": plain, wildcard, negated and
/// hashed host patterns, <c>[host]:port</c>, and the markers <c>@revoked</c> and <c>@cert-authority</c>. Certificates are not
/// supported: an authority's line trusts no key, and is remembered to say why.
/// </summary>
internal sealed class KnownHosts
{
    private const string HashMarker = "|1|";

    // That of SHA-1's result, as OpenSSH has it (hostfile.c, host_hash).
    private const int SaltLength = 20;
    private const string RevokedMarker = "@revoked";
    private const string AuthorityMarker = "@cert-authority";
    private readonly List<Entry> _entries;

    private KnownHosts(IReadOnlyList<string> files, List<Entry> entries)
    {
        Files = files;
        _entries = entries;
    }

    /// <summary>The files that the entries came from.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Reads the files; one that does not exist trusts nobody.</summary>
    public static KnownHosts Load(params IReadOnlyList<string> files) =>
        new(files, [.. files.SelectMany(file => Entries(file, File.Exists(file) ? File.ReadAllLines(file) : []))]);

    /// <summary>Reads the lines; one that is not of the format is passed over, as ssh does.</summary>
    public static KnownHosts Parse(string file, IEnumerable<string> lines) => new([file], [.. Entries(file, lines)]);

    /// <summary>The key types that are known of a host, such as <c>ssh-ed25519</c>.</summary>
    public IReadOnlySet<string> KeyTypes(string host, int port) =>
        _entries.Where(entry => entry.Marker is null && entry.Matches(HostToken(host, port))).Select(entry => entry.KeyType).ToHashSet();

    /// <summary>A host's name as a new line of these files would have it: hashed where a line of theirs is, since then names are to be hidden.</summary>
    public string NameFor(string host, int port)
    {
        var token = HostToken(host, port);
        if (!_entries.Exists(entry => entry.IsHashed))
        {
            return token;
        }

        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return $"{HashMarker}{Convert.ToBase64String(salt)}|{Convert.ToBase64String(Hash(salt, token))}";
    }

    /// <summary>What the file says of the key that a host shows.</summary>
    public HostKeyVerdict Judge(string host, int port, byte[] key)
    {
        var token = HostToken(host, port);
        var matching = _entries.Where(entry => entry.Matches(token)).ToList();
        if (matching.Find(entry => entry.Marker == RevokedMarker && entry.Key.AsSpan().SequenceEqual(key)) is { } revoked)
        {
            return revoked.Says(HostKeyTrust.Revoked);
        }

        var trusted = matching.Where(entry => entry.Marker is null).ToList();
        if (trusted.Find(entry => entry.Key.AsSpan().SequenceEqual(key)) is { } same)
        {
            return same.Says(HostKeyTrust.Trusted);
        }

        return trusted.FirstOrDefault()?.Says(HostKeyTrust.Changed)
            ?? matching.Find(entry => entry.Marker == AuthorityMarker)?.Says(HostKeyTrust.CertificateOnly)
            ?? new HostKeyVerdict(HostKeyTrust.Unknown, null, null);
    }

    private static IEnumerable<Entry> Entries(string file, IEnumerable<string> lines) =>
        lines.Select((text, index) => Entry.Parse(text, file, index + 1)).OfType<Entry>();

    // ssh looks names up, and hashes them, in lower case (OpenSSH sshconnect.c, get_hostfile_hostname_ipaddr).
    private static string HostToken(string host, int port) => port == 22 ? host.ToLowerInvariant() : $"[{host.ToLowerInvariant()}]:{port}";

    // HMAC-SHA1 of the host name with the salt as its key (OpenSSH hostfile.c, host_hash).
    private static byte[] Hash(ReadOnlySpan<byte> salt, string token)
    {
#pragma warning disable CA5350 // The format is SHA-1's; it hides names and proves nothing.
        return HMACSHA1.HashData(salt, Encoding.ASCII.GetBytes(token));
#pragma warning restore CA5350
    }

    private sealed record Entry(string File, int Line, string? Marker, string Hosts, string KeyType, byte[] Key)
    {
        public static Entry? Parse(string text, string file, int line)
        {
            var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var marker = fields.Length > 0 && fields[0].StartsWith('@') ? fields[0] : null;
            var rest = marker is null ? fields : fields[1..];
            if (rest.Length < 3 || rest[0].StartsWith('#') || marker is not (null or RevokedMarker or AuthorityMarker))
            {
                return null;
            }

            var key = new byte[rest[2].Length];
            return Convert.TryFromBase64String(rest[2], key, out var length)
                ? new Entry(file, line, marker, rest[0], rest[1], key[..length])
                : null;
        }

        public bool IsHashed => Hosts.StartsWith(HashMarker, StringComparison.Ordinal);

        public HostKeyVerdict Says(HostKeyTrust trust) => new(trust, File, Line);

        public bool Matches(string token)
        {
            if (IsHashed)
            {
                return MatchesHash(token);
            }

            var patterns = Hosts.Split(',');
            return !patterns.Any(pattern => pattern.StartsWith('!') && MatchesPattern(pattern[1..], token))
                && patterns.Any(pattern => MatchesPattern(pattern, token));
        }

        private static bool MatchesPattern(string pattern, string token) =>
            System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, token);

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

            return Hash(salt.AsSpan(0, saltLength), token).AsSpan().SequenceEqual(hash.AsSpan(0, hashLength));
        }
    }
}
