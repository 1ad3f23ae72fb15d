using Authpb;
using Google.Protobuf;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// What etcd's users and roles may, each in a line, so that the state before and after can be compared and read:
/// <c>user patroni: patroni</c>, <c>role patroni: readwrite [/service/, /service0)</c>.
/// </summary>
internal static class EtcdGrants
{
    private const string None = "nothing";

    /// <summary>A user's roles.</summary>
    public static string OfUser(string user, IEnumerable<string> roles) => $"user {user}: {string.Join(", ", roles.Order(StringComparer.Ordinal).DefaultIfEmpty(None))}";

    /// <summary>What a role may.</summary>
    public static string OfRole(string role, IEnumerable<Permission> permissions) =>
        $"role {role}: {string.Join(", ", permissions.Select(Describe).Order(StringComparer.Ordinal).DefaultIfEmpty(None))}";

    /// <summary>The right to read and write a folder, as <c>role grant-permission --prefix</c> gives it: to the folder's name with its slash counted up.</summary>
    public static Permission ReadWriteIn(string folder) => new()
    {
        PermType = Permission.Types.Type.Readwrite,
        Key = ByteString.CopyFromUtf8(folder),
        RangeEnd = ByteString.CopyFromUtf8($"{folder[..^1]}0"),
    };

    /// <summary>A user as etcd stores it (api/authpb/auth.proto); none where it is no such record.</summary>
    public static IEnumerable<string> OfUser(ReadOnlySpan<byte> record) =>
        Parsed(User.Parser, record) is { } user ? [OfUser(user.Name.ToStringUtf8(), user.Roles)] : [];

    /// <summary>A role as etcd stores it; none where it is no such record.</summary>
    public static IEnumerable<string> OfRole(ReadOnlySpan<byte> record) =>
        Parsed(Role.Parser, record) is { } role ? [OfRole(role.Name.ToStringUtf8(), role.KeyPermission)] : [];

    private static T? Parsed<T>(MessageParser<T> parser, ReadOnlySpan<byte> record)
        where T : class, IMessage<T>
    {
        try
        {
            return record.IsEmpty ? null : parser.ParseFrom(record.ToArray());
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // A range's end of one zero byte is the end of all keys.
    private static string Describe(Permission permission)
    {
        var key = permission.Key.ToStringUtf8();
        var keys = permission.RangeEnd.IsEmpty ? key
            : permission.RangeEnd.Span is [0] ? $"[{key}, )"
            : $"[{key}, {permission.RangeEnd.ToStringUtf8()})";
        return $"{permission.PermType.ToString().ToLowerInvariant()} {keys}";
    }
}
