using System.Globalization;

namespace ZabbixDR.Engine.Nodes.Files;

/// <summary>Renames a file or directory to a name beside it, after everything that could forbid it was looked at.</summary>
internal static class MoveAside
{
    /// <summary>A program failed, and said why.</summary>
    public const int Failed = 1;

    // Not 2, with which the shell itself fails; the others are the errno of their meaning.
    public const int Missing = 3;
    public const int IsMountPoint = 16;
    public const int AsideExists = 17;
    public const int NoRoom = 28;

    // -n: who made the new name since the look keeps it; -T: a directory of that name does not swallow what is moved. Whether -n
    // counts as a failure differs between versions of coreutils, so the outcome is looked at.
    private const string Script =
        """
        set -eu
        path=$1 aside=$2 needed=$3 directory="${1%/*}/"
        [ -e "$path" ] || [ -L "$path" ] || exit 3
        if [ -e "$aside" ] || [ -L "$aside" ]; then exit 17; fi
        if mountpoint -q -- "$path"; then exit 16; fi
        free=$(df --block-size=1 --output=avail -- "$directory" | tail -n 1 | tr -d ' ')
        [ "$free" -ge "$needed" ] || { echo "$free"; exit 28; }
        said=$(mv -nT -- "$path" "$aside" 2>&1) || :
        if [ -e "$path" ] || [ -L "$path" ]; then
            if [ -e "$aside" ] || [ -L "$aside" ]; then exit 17; fi
            printf '%s\n' "$said" >&2; exit 1
        fi
        sync -- "$directory"
        """;

    public static ChangingCommand Command(string path, string aside, long roomNeeded) =>
        new("sh", "-c", Script, "zabbixdr", path, aside, roomNeeded.ToString(CultureInfo.InvariantCulture))
        {
            User = "root",
            Title = $"the move of {path} to {aside}",
            AcceptedExitCodes = [0, Failed, Missing, IsMountPoint, AsideExists, NoRoom],
        };
}
