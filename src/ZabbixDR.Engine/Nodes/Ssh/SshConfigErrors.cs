namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What can be wrong in ssh_config(5), each with file and line.</summary>
internal static class SshConfigErrors
{
    public static DrException SshConfigInvalid(SshConfigLine line, string wanted) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {line.Place}",
        $"{line.Keyword} must have {wanted}, and it has \"{line.Text}\"",
        "Correct that line, or say the same in the topology file, which goes first.");

    public static DrException SshConfigTokenUnknown(SshConfigValue value, string token) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {value.Place}",
        $"{token} in \"{value.Text}\" cannot be expanded here",
        "Write the value out, or say it in the topology file, which goes first.");

    public static DrException SshConfigMatchUnsupported(SshConfigLine match, SshConfigLine line) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {line.Place}",
        $"{line.Keyword} counts only where \"Match {match.Text}\" ({match.Place}) holds, and of Match only \"all\" is supported",
        "Use a Host line there, or say the value in the topology file, which goes first.");

    public static DrException SshConfigProxyCommandUnsupported(SshConfigLine line) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {line.Place}",
        "the host is behind a ProxyCommand, which is not supported",
        "Use ProxyJump, or set access.sshConfigFile in the topology file to none, to connect without it.");

    public static DrException SshConfigUnreadable(string file, string reason, Exception? cause = null) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {file}",
        reason,
        "Make the file readable, or name another as access.sshConfigFile in the topology file; none is no file.",
        cause);

    public static DrException SshConfigUnsafe(string file) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {file}",
        "others than its owner may write to it, and could send the connections elsewhere",
        $"Look what it says, then: chmod go-w {file}.");

    public static DrException SshConfigIncludesTooDeep(string place) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {place}",
        "files include one another too deep, or in a circle",
        "Take that Include out.");

    public static DrException SshConfigJumpLoop(SshConfigValue jump) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {jump.Place}",
        $"the jump hosts of \"{jump.Text}\" have jump hosts in turn, too many or in a circle",
        "Set ProxyJump none for the first jump host.");

    public static DrException SshConfigJumpInvalid(SshConfigValue jump) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading {jump.Place}",
        $"proxyjump must have hosts of the form user@host:port, parted by commas, and it has \"{jump.Text}\"",
        "Correct that line.");
}
