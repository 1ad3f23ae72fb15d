using System.Text.Json;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// Asks etcd from a node that speaks to it anyway, with that node's own certificate: nothing of it leaves the node. It needs curl there,
/// and an etcd that tells its members without a login, as all of 3.4 and 3.5 do.
/// </summary>
public static class EtcdThroughNode
{
    // One question over a network between sites; curl's own limit, below that of the command.
    private const string AnswerLimit = "10";

    /// <summary>Lists the members through etcd's JSON gateway.</summary>
    /// <param name="node">The node to ask from.</param>
    /// <param name="user">The user there who may read the certificates.</param>
    /// <param name="endpoint">The member's address, with scheme and port.</param>
    /// <param name="certificates">The files on the node, each null where it has none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>EtcdAnswerUnreadable</c>, and those of <see cref="INode"/>.</exception>
    public static async Task<IReadOnlyList<EtcdMemberEntry>> ListMembersAsync(
        INode node, string user, string endpoint, EtcdCertificatesOnNode certificates, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "--silent", "--show-error", "--fail", "--max-time", AnswerLimit,
            .. Option("--cacert", certificates.CaFile), .. Option("--cert", certificates.CertFile), .. Option("--key", certificates.KeyFile),
            "--data", "{}", $"{endpoint}/v3/cluster/member/list",
        ];
        var answer = await node.RunAsync(new ObservingCommand("curl", arguments) { User = user }, cancellation).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(answer.Output);
            return [.. document.RootElement.GetProperty("members").EnumerateArray().Select(Member)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw EtcdAnswerUnreadable(node, endpoint, error);
        }
    }

    private static EtcdMemberEntry Member(JsonElement member) => new(
        member.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "",
        member.TryGetProperty("clientURLs", out var urls) ? [.. urls.EnumerateArray().Select(url => url.GetString()!)] : []);

    private static string[] Option(string name, string? value) => value is null ? [] : [name, value];

    private static DrException EtcdAnswerUnreadable(INode node, string endpoint, Exception cause) => DrException.Of(
        DrErrorKind.InvalidData,
        node.Name,
        $"Listing etcd's members at {endpoint}",
        $"the answer is not a list of members ({cause.Message})",
        "See whether something else than etcd listens there.",
        cause);
}
