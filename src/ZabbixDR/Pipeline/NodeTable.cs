using System.Collections;
using System.Management.Automation;
using ZabbixDR.Engine;

namespace ZabbixDR.Pipeline;

/// <summary>Reads nodes from the hash tables that a user wrote.</summary>
internal static class NodeTable
{
    private static readonly string[] s_keys = ["Name", "Site", "Address", "Roles", "SshPort"];

    /// <summary>The nodes.</summary>
    /// <exception cref="DrException"><c>NodeAnswerInvalid</c>.</exception>
    public static IReadOnlyList<DrTopologyNode> Read(IEnumerable<Hashtable> tables) => [.. tables.Select(Read)];

    private static DrTopologyNode Read(Hashtable table)
    {
        var answers = new Hashtable(table, StringComparer.OrdinalIgnoreCase);
        if (answers.Keys.Cast<object>().FirstOrDefault(key => !s_keys.Contains($"{key}", StringComparer.OrdinalIgnoreCase)) is { } stranger)
        {
            throw NodeAnswerInvalid($"it has a key {stranger}");
        }

        return new DrTopologyNode(
            Needed<string>(answers, "Name"),
            Needed<string>(answers, "Site"),
            Needed<string>(answers, "Address"),
            answers.ContainsKey("SshPort") ? Needed<int>(answers, "SshPort") : null,
            [.. Needed<string[]>(answers, "Roles").Select(role => Convert<NodeRole>("Roles", role.Replace("-", "", StringComparison.Ordinal)))]);
    }

    private static T Needed<T>(Hashtable answers, string key) =>
        answers[key] is { } value ? Convert<T>(key, value) : throw NodeAnswerInvalid($"it has no {key}");

    private static T Convert<T>(string key, object value) =>
        LanguagePrimitives.TryConvertTo<T>(value, out var converted) ? converted : throw NodeAnswerInvalid($"{key} cannot be '{value}'");

    private static DrException NodeAnswerInvalid(string reason) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        "Reading a node of -Node",
        reason,
        "Give each node as @{ Name = 'pg-siteA'; Site = 'A'; Address = '10.1.0.11'; Roles = 'postgres' }, with SshPort where it is not 22.");
}
