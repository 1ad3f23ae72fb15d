using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Zabbix;

namespace ZabbixDR.Engine.Operations.Drills;

/// <summary>Tells from what a drill printed what came of it.</summary>
/// <param name="Script">The drill.</param>
/// <param name="Output">What it printed.</param>
/// <param name="End">How its unit ended, or that it runs.</param>
/// <param name="Database">The name of Zabbix's database.</param>
internal sealed record DrillReport(DrillScript Script, DrillOutput Output, UnitReading End, string Database)
{
    private const int MostSaid = 2000;
    private const string NotReached = "the drill ended before that";

    /// <summary>What the restored database said of itself; null where it was not asked, or is not Zabbix's.</summary>
    public ZabbixContent? Content => Output.Code(DrillOutput.Content) == 0 ? ZabbixContent.Parse(Output.Said(DrillOutput.Content)) : null;

    /// <summary>The checks, in their order.</summary>
    public IEnumerable<PgDrillCheck> Checks()
    {
        var (restored, recovered) = (Output.HasEnded(DrillOutput.Restore), Output.HasEnded(DrillOutput.Recover));
        yield return new(PgDrillSubject.Restore, restored ? ReadinessStatus.Pass : ReadinessStatus.Fail, restored ? $"{Script.Way.Set.Label}, {ByteSize.ToText(Script.Way.Set.DatabaseSize)}" : WhyUnended(Output.RestoreError));
        yield return Target(restored, recovered);
        yield return Zabbix();
        yield return Program(PgDrillSubject.Amcheck, DrillOutput.Amcheck, "tables and indexes of all databases are sound");
        yield return Program(PgDrillSubject.Checksums, DrillOutput.Checksums, "the checksum of every page is right");
    }

    /// <summary>The parts that came to their end.</summary>
    public IEnumerable<PgDrillPhase> Phases()
    {
        foreach (var (subject, bytes, parts) in new (PgDrillSubject, long?, string[])[]
        {
            (PgDrillSubject.Restore, Script.Way.Set.DatabaseSize, [DrillOutput.Restore]),
            (PgDrillSubject.Target, Replayed, [DrillOutput.Recover]),
            (PgDrillSubject.Zabbix, null, [DrillOutput.Tables, DrillOutput.Content]),
            (PgDrillSubject.Amcheck, null, [DrillOutput.Amcheck]),
            (PgDrillSubject.Checksums, null, [DrillOutput.Checksums]),
        })
        {
            if (parts.Select(Output.Elapsed).OfType<TimeSpan>().ToList() is { Count: > 0 } times)
            {
                yield return new PgDrillPhase(subject, times.Aggregate((sum, time) => sum + time), bytes);
            }
        }
    }

    // From where the set's WAL begins.
    private long? Replayed => Output.Log.RedoneTo is { } end && Script.Way.Set.LsnStart is { } start ? (long)(end.Position - PgLsn.Parse(start).Position) : null;

    private PgDrillCheck Target(bool restored, bool recovered)
    {
        var log = Output.Log;
        return new PgDrillCheck(
            PgDrillSubject.Target,
            !restored ? ReadinessStatus.Skipped : recovered && log.HasReached(Script.Goal) ? ReadinessStatus.Pass : ReadinessStatus.Fail,
            !restored ? NotReached
                : Output.Full is { } reserve ? $"less than {ByteSize.ToText(reserve)} were left free on the file system of {Script.Place.Directory}: it was ended"
                : !recovered ? WhyUnended(log.Fatal ?? Output.LastWords)
                : log.Stop is { } stop ? $"stopped {stop}" : log.HasReached(Script.Goal) ? "the end of the archived WAL" : "recovered to the end of the archived WAL, past the target");
    }

    private PgDrillCheck Zabbix()
    {
        var (status, detail) = (Output.Code(DrillOutput.Tables), Output.Said(DrillOutput.Tables), Output.Code(DrillOutput.Content)) switch
        {
            (null, _, _) => Unlooked(),
            (0, not "t", _) => (ReadinessStatus.Skipped, $"database {Database} has none of Zabbix's tables"),
            (0, _, 0) => Content!.WhyBeyond(Script.Goal) is { } beyond ? (ReadinessStatus.Warn, beyond) : (ReadinessStatus.Pass, string.Join(", ", Content.ByName.Select(fact => $"{fact.Key} {fact.Value}"))),
            (0, _, null) => (ReadinessStatus.Fail, WhyUnended(null)),
            (0, _, _) => (ReadinessStatus.Fail, Last(Output.Said(DrillOutput.Content))),
            (_, var said, _) => (ReadinessStatus.Fail, Last(said)),
        };
        return new PgDrillCheck(PgDrillSubject.Zabbix, status, detail);
    }

    private PgDrillCheck Program(PgDrillSubject subject, string part, string good)
    {
        var (status, detail) = Output.Code(part) switch
        {
            _ when Script.Request.Skipped.Contains(subject) => (ReadinessStatus.Skipped, "it was not asked for"),
            0 => (ReadinessStatus.Pass, good),
            null when Output.Skip(part) is { } why => (ReadinessStatus.Skipped, why),
            null => Unlooked(),
            _ => (ReadinessStatus.Fail, Last(Output.Said(part))),
        };
        return new PgDrillCheck(subject, status, detail);
    }

    // What was to be looked at and was not, on a database that had recovered, is not good: the drill was cut short.
    private (ReadinessStatus Status, string Detail) Unlooked() =>
        Output.HasEnded(DrillOutput.Recover) ? (ReadinessStatus.Fail, WhyUnended(null)) : (ReadinessStatus.Skipped, NotReached);

    private string WhyUnended(string? said) => End.State switch
    {
        UnitState.TimedOut => "it took longer than the drill may",
        UnitState.Exited when !string.IsNullOrWhiteSpace(said) => Last(said),
        UnitState.Exited => $"its program ended with exit code {End.ExitCode}",
        UnitState.Killed => $"its program was ended by the signal {End.Signal}",
        _ => $"somebody ended it ({End.State})",
    };

    private static string Last(string said) => PgBackRestErrors.Printable(said.Length > MostSaid ? said[^MostSaid..] : said);
}
