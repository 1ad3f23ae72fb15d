using System.Globalization;

namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>
/// Starts a unit. Its folder appears whole, by a rename, which fails where there is one already: so of two starts under a name one
/// wins, whatever systemd still remembers of it. The unit's first act is to write a mark into that folder: a start that was
/// overtaken by a broken connection, and then by <see cref="UnitForget"/>, finds no folder any more and never runs its program.
/// </summary>
internal static class UnitStart
{
    /// <summary>The exit code of the start where the name is taken (EEXIST); systemd-run's own is 1.</summary>
    public const int NameTaken = 17;

    // The lifeline's TERM, where the connection breaks, must not leave the half-made folder.
    private const string Script =
        """
        set -eu
        umask 022
        folder=$1 recorder=$2 afterwards=$3; shift 3
        install -d -m 755 -- "${folder%/*}"
        umask 077
        part=$(mktemp -d "${folder%/*}/.part.XXXXXXXX")
        trap 'rm -rf -- "$part"' EXIT
        trap 'exit 143' TERM
        printf '%s\n' "$recorder" >"$part/recorder"
        printf '%s\n' "$afterwards" >"$part/afterwards"
        printf 'start %s %s %s\n' "$(cat /proc/sys/kernel/random/boot_id)" "$(sed 's/.*) //' /proc/1/stat | cut -d' ' -f20)" "$(date +%s)" >"$part/start"
        printf '%128s' '' >"$part/result.part"
        : >"$part/output"
        chmod 711 "$part"; chmod 644 "$part/start" "$part/result.part"
        sync -- "$part/recorder" "$part/afterwards" "$part/start" "$part/result.part" "$part/output" "$part"
        if ! said=$(mv -T -- "$part" "$folder" 2>&1); then
            [ ! -e "$folder" ] || exit 17
            printf '%s\n' "$said" >&2; exit 1
        fi
        sync -- "${folder%/*}"
        systemd-run "$@" && exit
        [ -e "$folder/begun" ] || rm -rf -- "$folder"
        exit 1
        """;

    // Run by systemd as root, whoever the unit's user is. ExecStop comes before the program's end only where it was asked to end, else
    // EXIT_CODE is set. The result's room was taken at the start, and is written in place: a disk that the program filled does not
    // hide how it ended. SERVICE_RESULT, EXIT_CODE, EXIT_STATUS: systemd.exec(5).
    private const string Recorder =
        """
        set -eu
        cd -- "${0%/*}"
        case $1 in
        begun) echo begun >begun; sync -- begun . ;;
        stopped) [ -n "${EXIT_CODE:-}" ] || { echo "stopped ${SERVICE_RESULT:-success}" >stopped; sync -- stopped .; } ;;
        result) sh ./afterwards || :; echo "result ${EXIT_CODE:-none} ${EXIT_STATUS:-none} $(date +%s)" 1<>result.part; sync -- output result.part; mv -- result.part result; sync -- . ;;
        esac
        """;

    public static ChangingCommand Command(UnitRequest request)
    {
        var folder = new UnitFolder(request.Name);
        return new ChangingCommand("sh", ["-c", Script, "zabbixdr", folder.Path, Recorder, request.Afterwards, .. Options(request, folder), request.Program, .. request.Arguments.Select(Escape)])
        {
            User = "root",
            Title = $"{request.Program} as the unit {request.Name}",
            AcceptedExitCodes = [0, NameTaken],
        };
    }

    private static IEnumerable<string> Options(UnitRequest request, UnitFolder folder)
    {
        // Type exec: systemd-run returns once the program itself runs, or says that it cannot be run.
        string[] fixedOnes =
        [
            "--quiet", "--collect", "--service-type=exec", $"--unit={request.Name.Service}", $"--uid={request.User}", "--setenv=LC_ALL=C", "--setenv=TZ=UTC",
            $"--property=StandardOutput=append:{folder.Output}", $"--property=StandardError=append:{folder.Output}",
            "--property=KillMode=control-group", $"--property=TimeoutStopSec={Milliseconds(request.StopGrace)}",
            $"--property=ExecStartPre=+/bin/sh {folder.Recorder} begun",
            $"--property=ExecStop=-+/bin/sh {folder.Recorder} stopped",
            $"--property=ExecStopPost=+/bin/sh {folder.Recorder} result",
        ];
        return [.. fixedOnes, .. request.TimeLimit is { } limit ? [$"--property=RuntimeMaxSec={Milliseconds(limit)}"] : Array.Empty<string>(), "--"];
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMilliseconds)}ms");

    // The manager puts variables into the arguments of a service (systemd.service(5), Command lines); $$ stands for $ in every version.
    // Specifiers (%) it leaves alone here: those are for unit files.
    private static string Escape(string argument) => argument.Replace("$", "$$", StringComparison.Ordinal);
}
