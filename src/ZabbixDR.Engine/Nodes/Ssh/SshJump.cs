using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>One hop of ProxyJump: <c>[user@]host[:port]</c> or <c>ssh://[user@]host[:port]</c>.</summary>
/// <param name="Host">The host, without brackets.</param>
/// <param name="User">The user, where it is said.</param>
/// <param name="Port">The port, where it is said.</param>
internal sealed partial record SshJump(string Host, string? User, int? Port)
{
    /// <summary>Reads a hop; null where it is none.</summary>
    public static SshJump? Parse(string text)
    {
        var parts = Form().Match(text);
        if (!parts.Success)
        {
            return null;
        }

        var host = parts.Groups["v6"].Success ? parts.Groups["v6"] : parts.Groups["host"];
        var user = parts.Groups["user"];
        return !parts.Groups["port"].Success
            ? new SshJump(host.Value, user.Success ? user.Value : null, null)
            : int.TryParse(parts.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
                ? new SshJump(host.Value, user.Success ? user.Value : null, port)
                : null;
    }

    // A host may not begin with a dash: OpenSSH refuses it too (ssh.c, valid_hostname).
    [GeneratedRegex(@"^(?:ssh://)?(?:(?<user>.+)@)?(?:\[(?<v6>[^\]\s]+)\]|(?<host>[^-:/\[\]@\s][^:/\[\]@\s]*))(?::(?<port>[0-9]+))?/?$")]
    private static partial Regex Form();
}
