using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>
/// Reads archived WAL on a node and gives what each transaction did, in sums: the segments are fetched one by one into a scratch folder, pg_waldump takes each up
/// where it left the one before, so that a record that crosses into the next is read there, and a segment goes when nothing of it is needed any more.
/// </summary>
internal static class WalDumpScript
{
    /// <summary>The exit code where a segment could not be fetched.</summary>
    public const int NotFetched = 3;

    /// <summary>The exit code where there is no pg_waldump.</summary>
    public const int NoProgram = 4;

    // The folder goes whatever happens: it has its name before it is made, and sudo asks the whole process group to end, more than once, before it insists: what removes
    // the folder is of that group too, and does not listen. A broken output reaches the shell as a signal too. Nice, since it may run beside the primary.
    private const string Shell =
        """
        set -u
        scratch=$1 bin=$2 fetch=$3; shift 3
        [ -x "$bin/pg_waldump" ] || { echo "there is no $bin/pg_waldump" >&2; exit 4; }
        trap 'trap "" HUP INT PIPE TERM; rm -rf -- "$scratch"' EXIT
        trap 'trap "" HUP INT PIPE TERM; exit 143' HUP INT PIPE TERM
        mkdir -m 700 -- "$scratch" || exit
        export bin fetch scratch LC_ALL=C TZ=UTC
        nice -n 19 awk "$@"
        """;

    // Every awk has what is used here; mawk takes numbers beyond 31 bits for fractions, so CONVFMT, and hexadecimal ones are made by hand. Timelines: pg_waldump reads one, so each
    // segment of the way gets the name that it would have on the last; a page with an older timeline in it is no error to it.
    private const string Program =
        """
        function hex(value, width,  text) {
            do { text = substr("0123456789ABCDEF", value % 16 + 1, 1) text; value = int(value / 16) } while (value > 0)
            while (length(text) < width) text = "0" text
            return text
        }
        function number(text,  at, value) {
            for (at = 1; at <= length(text); at++) value = value * 16 + index("0123456789ABCDEF", substr(text, at, 1)) - 1
            return value
        }
        function position(segment) { return hex(int(segment / per), 1) "/" hex(segment % per * size, 1) }
        function place(line,  rest) { rest = substr(line, index(line, ", lsn: ") + 7); return substr(rest, 1, index(rest, ",") - 1) }
        function segmentOf(lsn,  half) { split(lsn, half, "/"); return number(half[1]) * per + int(number(half[2]) / size) }
        function scratch(segment) { return "\"$scratch/" hex(timeline, 8) hex(int(segment / per), 8) hex(segment % per, 8) "\"" }

        # base/DATABASE/FILE, global/FILE, pg_tblspc/TABLESPACE/VERSION/DATABASE/FILE; a temporary one has t and a number before its own.
        function fileOf(path,  part, count) {
            count = split(path, part, "/")
            if (part[count] !~ /^[0-9]+$/) return ""
            if (part[1] == "base") return "1663/" part[2] "/" part[3]
            if (part[1] == "pg_tblspc") return part[2] "/" part[4] "/" part[5]
            return "1664/0/" part[2]
        }
        function section(text, title,  at, end) {
            at = index(text, "; " title ":")
            if (at == 0) return ""
            text = substr(text, at + length(title) + 3)
            end = index(text, ";")
            return end == 0 ? text : substr(text, 1, end - 1)
        }
        function relation(text) { return match(text, /rel [0-9]+\/[0-9]+\/[0-9]+/) ? substr(text, RSTART + 4, RLENGTH - 4) : "" }
        function note(xid, file) {
            if (!((xid, file) in rows)) { rows[xid, file] = 1; touched[xid] = touched[xid] " " file }
        }
        function forget(xid,  list, count, i) {
            count = split(touched[xid], list, " ")
            for (i = 1; i <= count; i++) { delete rows[xid, list[i]]; delete inserted[xid, list[i]]; delete updated[xid, list[i]]; delete deleted[xid, list[i]] }
            count = split(made[xid], list, " ")
            for (i = 1; i <= count; i++) { delete fresh[list[i]]; delete filled[list[i]] }
            delete touched[xid]; delete made[xid]; delete databases[xid]
        }
        function merge(into, xid,  list, count, i, file) {
            count = split(touched[xid], list, " ")
            for (i = 1; i <= count; i++) {
                file = list[i]
                note(into, file)
                inserted[into, file] += inserted[xid, file]; updated[into, file] += updated[xid, file]; deleted[into, file] += deleted[xid, file]
            }
            made[into] = made[into] " " made[xid]
            databases[into] = databases[into] databases[xid]
            made[xid] = ""
            forget(xid)
        }
        function begunBefore(xid,  distance) {
            if (next_xid == "") return 1
            distance = xid - next_xid
            if (distance > 2147483648) distance -= 4294967296
            if (distance < -2147483648) distance += 4294967296
            return distance < 0
        }
        function tell(xid, lsn, text, time,  list, count, i, file, own, lost, created, changes, dead, most) {
            count = split(made[xid], list, " ")
            for (i = 1; i <= count; i++) own[list[i]] = 1
            count = split(section(text, "rels"), list, " ")
            for (i = 1; i <= count; i++) {
                file = fileOf(list[i])
                if (file in own) delete own[file]
                else if (file != "") lost = lost " " file
            }
            count = split(made[xid], list, " ")
            for (i = 1; i <= count; i++) if (list[i] in own) created = created " " list[i] ((list[i] in filled) ? "+" : "")
            count = split(touched[xid], list, " ")
            for (i = 1; i <= count; i++) {
                file = list[i]
                changes = changes " " file ":" inserted[xid, file] + 0 ":" updated[xid, file] + 0 ":" deleted[xid, file] + 0
                split(file, part, "/")
                if (part[3] >= 16384) {
                    dead += deleted[xid, file]
                    most += inserted[xid, file] + updated[xid, file] + deleted[xid, file]
                }
            }
            if (lost != "" || databases[xid] != "" || dead >= least || (all && most >= minimum))
                print "T", xid, lsn, time, begunBefore(xid), lost, created, databases[xid], changes
        }
        function ends(xid, operation, line, text,  time, list, count, i) {
            if (match(text, /[0-9]+-[0-9][0-9]-[0-9][0-9] [0-9:.]+/) == 0) return
            time = substr(text, RSTART, RLENGTH)
            if (operation ~ /_PREPARED$/) xid = substr(text, length(operation) + 2) + 0
            if (first == "") first = time
            if (time > newest) newest = time
            if (time > stop) { done = 1; return }
            count = split(section(text, "subxacts"), list, " ")
            if (operation ~ /^COMMIT/) {
                for (i = 1; i <= count; i++) merge(xid, list[i])
                if (time >= after && time <= before) tell(xid, place(line), text, time)
            }
            else for (i = 1; i <= count; i++) forget(list[i])
            forget(xid)
        }
        function read(line,  manager, xid, text, operation, file) {
            manager = substr(line, 7, 5)
            if (manager !~ /^(Heap|Trans|Stora|XLOG|Stand|Datab)/) return
            xid = substr(line, index(line, ", tx:") + 5) + 0
            text = substr(line, index(line, ", desc: ") + 8)
            operation = substr(text, 1, index(text " ", " ") - 1)
            if (manager == "Stand" || manager == "XLOG ") {
                if (operation == "RUNNING_XACTS" && next_xid == "" && match(text, /nextXid [0-9]+/)) next_xid = substr(text, RSTART + 8, RLENGTH - 8) + 0
                if (operation == "FPI" && xid && (file = relation(text)) in fresh) filled[file] = 1
                return
            }
            if (manager == "Trans") { if (operation ~ /^(COMMIT|ABORT)/) ends(xid, operation, line, text); return }
            if (xid == 0) return
            if (manager == "Stora") {
                if (operation == "CREATE" && (file = fileOf(substr(text, 8))) != "") { made[xid] = made[xid] " " file; fresh[file] = 1 }
                return
            }
            if (manager == "Datab") { if (operation == "DROP") databases[xid] = databases[xid] substr(text, 9); return }
            if (operation !~ /^(INSERT|MULTI_INSERT|UPDATE|HOT_UPDATE|DELETE)/ || (file = relation(text)) == "") return
            note(xid, file)
            if (operation ~ /^DELETE/) deleted[xid, file]++
            else if (operation ~ /UPDATE/) updated[xid, file]++
            else if (operation ~ /^MULTI/) inserted[xid, file] += match(text, /ntuples: [0-9]+/) ? substr(text, RSTART + 9, RLENGTH - 9) : match(text, /[0-9]+ tuples/) ? substr(text, RSTART, RLENGTH - 7) : 1
            else inserted[xid, file]++
        }
        function take(prefix, segment,  name, command, line, status, complaint, text) {
            name = prefix hex(int(segment / per), 8) hex(segment % per, 8)
            if (system(ENVIRON["fetch"] " " name " " scratch(segment) " >&2") != 0) { print name " could not be fetched" >"/dev/stderr"; exit 3 }
            complaint = ENVIRON["scratch"] "/complaint"
            command = "\"$bin/pg_waldump\" -p \"$scratch\" -t " timeline " -s " (tail == "" ? position(segment) : place(tail)) " -e " position(segment + 1) " 2>\"$scratch/complaint\"; echo \"= $?\""
            while ((command | getline line) > 0) {
                if (substr(line, 1, 6) == "rmgr: ") {
                    if (line == tail) continue
                    tail = line
                    read(line)
                    if (done) break
                }
                else if (substr(line, 1, 2) == "= ") status = substr(line, 3) + 0
            }
            close(command)
            if (status != 0 && !done) {
                while ((getline line <complaint) > 0) text = text " " line
                close(complaint)
                # A record can be longer than a segment, which then has no beginning of one.
                if (text !~ /could not find a valid record/) { print "W", name, text; tail = "" }
            }
            for (; oldest < segment + 1 && (tail == "" || oldest < segmentOf(place(tail))); oldest++) system("rm -f " scratch(oldest))
        }
        BEGIN {
            OFS = "\t"
            CONVFMT = OFMT = "%.0f"
            per = 4294967296 / size
            for (r = 1; r < ARGC && !done; r++) {
                split(ARGV[r], range, ":")
                if (r == 1) oldest = range[2] + 0
                for (segment = range[2] + 0; segment <= range[3] + 0 && !done; segment++) {
                    take(range[1], segment)
                    print "P", ++count
                    fflush()
                }
            }
            print "E", done + 0, first, newest
        }
        """;

    // A commit takes its time before it is written: another may come between.
    private static readonly TimeSpan s_disorder = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The command. It changes nothing but its own scratch folder, which is gone at its end however it ends, and its output is the lines that
    /// <see cref="WalDumpLine"/> reads.
    /// </summary>
    /// <param name="stretch">What to read.</param>
    /// <param name="search">What is looked for.</param>
    /// <param name="bin">The directory of PostgreSQL's programs.</param>
    /// <param name="fetch">What fetches a segment, the segment and the file left out.</param>
    /// <param name="user">The user that owns the server.</param>
    public static ObservingCommand Command(WalStretch stretch, TransactionSearch search, string bin, IReadOnlyList<string> fetch, string user) => new(
        "sh",
        [
            "-c", Shell, "zabbixdr", $"/var/tmp/zabbixdr-wal.{Guid.NewGuid():N}", bin, ShellQuoting.Quote(fetch),
            .. Variables(stretch, search).SelectMany(variable => new[] { "-v", variable }),
            Program,
            .. stretch.Ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Timeline:X8}:{range.First}:{range.Last}")),
        ])
    {
        User = user,
        TimeLimit = search.TimeLimit,
        AcceptedExitCodes = [0, NotFetched, NoProgram],
        Title = "pg_waldump of archived WAL",
    };

    private static string[] Variables(WalStretch stretch, TransactionSearch search) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"size={stretch.SegmentSize}"),
        string.Create(CultureInfo.InvariantCulture, $"timeline={stretch.Timeline}"),
        $"after={Text(search.After)}",
        $"before={Text(search.Before)}",
        $"stop={Text(search.Before + s_disorder)}",
        string.Create(CultureInfo.InvariantCulture, $"least={Math.Max(1, search.MinimumRows)}"),
        string.Create(CultureInfo.InvariantCulture, $"minimum={search.MinimumRows}"),
        $"all={(search.All ? 1 : 0)}",
    ];

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
