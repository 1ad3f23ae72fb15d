using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using ZabbixDR.Engine.Etcd.Bolt;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// What a snapshot's database holds, gathered while it is walked. The names of buckets and keys are those of etcd's
/// server/storage/schema; a key of bucket <c>key</c> is a revision (server/storage/mvcc/revision.go), its value a KeyValue.
/// </summary>
internal sealed class SnapshotContent : IBoltVisitor
{
    private const int RevisionSize = 17;
    private const int MainRevisionSize = 8;
    private const byte Tombstone = (byte)'t';
    private readonly HashSet<UInt128> _live = [];
    private readonly PatroniKeys _patroni = new();
    private readonly List<string> _users = [];
    private readonly List<string> _grants = [];
    private readonly KeyFolders _folders = new();
    private readonly List<string> _members = [];
    private uint _crc = uint.MaxValue;
    private string _bucket = "";
    private byte[] _key = [];
    private long _revision;
    private long _entries;
    private bool _authEnabled;
    private long? _authRevision;
    private string? _storageVersion;
    private string? _clusterVersion;

    /// <summary>Adds what was gathered to the verdict.</summary>
    public EtcdSnapshotCheck AddTo(EtcdSnapshotCheck check) => check with
    {
        Revision = _revision,
        Hash = ~_crc,
        TotalKeys = _live.Count,
        TotalEntries = _entries,
        StorageVersion = _storageVersion,
        ClusterVersion = _clusterVersion,
        AuthEnabled = _authEnabled,
        AuthRevision = _authRevision,
        Users = _users,
        Grants = [.. _grants.Order(StringComparer.Ordinal)],
        Folders = _folders.Names(),
        Members = _members,
        Patroni = _patroni.Scopes(),
    };

    /// <inheritdoc/>
    public void Bucket(ReadOnlySpan<byte> name)
    {
        Sum(name);
        _bucket = Encoding.UTF8.GetString(name);
    }

    /// <inheritdoc/>
    public void Key(ReadOnlySpan<byte> key)
    {
        Sum(key);
        _entries++;
        _key = key.Length == _key.Length ? _key : new byte[key.Length];
        key.CopyTo(_key);
    }

    /// <inheritdoc/>
    public void Value(ReadOnlySpan<byte> part, long offset, long size)
    {
        Sum(part);
        if (offset == 0)
        {
            Take(part, isWhole: part.Length == size);
        }
    }

    private void Take(ReadOnlySpan<byte> value, bool isWhole)
    {
        switch (_bucket)
        {
            case "key":
                TakeRecord(value, isWhole);
                break;
            case "auth" when _key.AsSpan().SequenceEqual("authEnabled"u8):
                _authEnabled = value is [1];
                break;
            case "auth" when _key.AsSpan().SequenceEqual("authRevision"u8) && value.Length == sizeof(ulong):
                _authRevision = BinaryPrimitives.ReadInt64BigEndian(value);
                break;
            case "authUsers":
                _users.Add(Encoding.UTF8.GetString(_key));
                _grants.AddRange(EtcdGrants.OfUser(isWhole ? value : []));
                break;
            case "authRoles":
                _grants.AddRange(EtcdGrants.OfRole(isWhole ? value : []));
                break;
            case "members" when isWhole:
                // server/etcdserver/api/membership/member.go, as JSON; one that was added and never started has no name.
                _members.Add(JsonText.Find(Encoding.UTF8.GetString(value), "name") ?? "");
                break;
            case "meta" when _key.AsSpan().SequenceEqual("storageVersion"u8):
                _storageVersion = Encoding.UTF8.GetString(value);
                break;
            case "cluster" when _key.AsSpan().SequenceEqual("clusterVersion"u8):
                _clusterVersion = Encoding.UTF8.GetString(value);
                break;
        }
    }

    private void TakeRecord(ReadOnlySpan<byte> record, bool isWhole)
    {
        var isRevision = _key.Length >= RevisionSize;
        _revision = isRevision ? BinaryPrimitives.ReadInt64BigEndian(_key.AsSpan(0, MainRevisionSize)) : _revision;
        if (isRevision && isWhole && record.IsEmpty)
        {
            // What `snapshot restore --bump-revision` sets the revision with (etcdutl/snapshot/v3_snapshot.go): it is of no key.
            return;
        }

        if (!isRevision || !MvccRecord.TryRead(record, out var key, out var value))
        {
            throw new InvalidDataException($"its entry {Convert.ToHexString(_key)} is no revision of a key");
        }

        var isDeleted = _key.Length > RevisionSize && _key[RevisionSize] == Tombstone;
        var digest = Digest(key);
        if (isDeleted ? _live.Remove(digest) : _live.Add(digest))
        {
            _folders.Count(key, isDeleted ? -1 : 1);
        }

        _patroni.Take(key, isWhole ? value : [], isDeleted);
    }

    // A key may be long, and there may be many: half of a SHA-256 stands for each.
    private static UInt128 Digest(ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    // CRC-32 with Castagnoli's polynomial, as etcdutl's status has it (etcdutl/snapshot/v3_snapshot.go).
    private void Sum(ReadOnlySpan<byte> bytes)
    {
        var crc = _crc;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        _crc = crc;
    }
}
