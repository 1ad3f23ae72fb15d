using System.Globalization;

namespace ZabbixDR.Engine.Nodes;

/// <summary>Writes a file on a node so that a reader sees the old one or the new one, never a part.</summary>
internal static class AtomicFile
{
    // What crosses a slow line (1 MB/s) in a second may go before the commands' answers.
    private const int SmallFile = 1024 * 1024;

    // The temporary name lies in the same directory, since a rename is atomic only within a file system. It is made tight
    // before anything is in it. `sync` with operands syncs each file and directory named (coreutils 8.24 and later). What $() gives
    // has lost the newlines at its end, so no part of the target's own name passes through it; and a name of 255 bytes leaves no
    // room for more in the temporary one. By its length the content's end is known: SSH.NET tells the end of an input only where
    // something was sent. -T: a directory of the target's name must not swallow the file.
    private const string Script =
        """
        set -eu
        target=$1 owner=$2 group=$3 mode=$4 length=$5
        directory=${target%/*}/
        part=$(mktemp "$directory.zabbixdr.XXXXXXXX")
        trap 'rm -f -- "$part"' EXIT
        head -c "$length" >"$part"
        [ "$(stat -c %s -- "$part")" = "$length" ] || { echo "only a part of the content arrived" >&2; exit 1; }
        chown -- "$owner:$group" "$part"
        chmod -- "$mode" "$part"
        sync -- "$part"
        mv -fT -- "$part" "$target"
        trap - EXIT
        sync -- "$directory"
        """;

    public static ChangingCommand Write(string path, Stream content, long length, FileAttributesOnNode attributes) =>
        new(
            "sh",
            "-c",
            Script,
            "zabbixdr",
            path,
            attributes.Owner,
            attributes.Group,
            Convert.ToString((int)attributes.Mode, 8),
            length.ToString(CultureInfo.InvariantCulture))
        {
            User = "root",
            Input = content,
            Use = length > SmallFile ? ChannelUse.Bulk : ChannelUse.Command,
        };
}
