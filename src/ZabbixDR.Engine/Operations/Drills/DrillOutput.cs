using System.Globalization;
using System.Text;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations.Drills;

/// <summary>Reads what <see cref="DrillScript"/> prints, as it comes.</summary>
internal sealed class DrillOutput
{
    /// <summary>The names of the script's parts.</summary>
    public const string Restore = "restore", Recover = "recover", Tables = "tables", Content = "content", Amcheck = "amcheck", Checksums = "checksums";

    private const int MostWords = 5;
    private readonly IProgress<OperationProgress>? _progress;
    private readonly IProgress<OperationMessage>? _messages;
    private readonly BackupConsole _console;
    private readonly List<string> _log = [];
    private readonly Dictionary<string, DateTimeOffset> _begun = [];
    private readonly Dictionary<string, DateTimeOffset> _ended = [];
    private readonly Dictionary<string, StringBuilder> _said = [];
    private readonly Dictionary<string, int> _codes = [];
    private readonly Dictionary<string, string> _skips = [];
    private string _part = "";

    public DrillOutput(IProgress<OperationProgress>? progress, IProgress<OperationMessage>? messages)
    {
        _progress = progress;
        _messages = messages;
        _console = new BackupConsole(progress, messages);
    }

    /// <summary>Whether the instance runs that is to be kept.</summary>
    public bool IsKept { get; private set; }

    /// <summary>What had to stay free on the file system and did not, in bytes; null where it did.</summary>
    public long? Full { get; private set; }

    /// <summary>Why pgBackRest failed; null where it did not say.</summary>
    public string? RestoreError
    {
        get
        {
            _console.Finish();
            return _console.Error;
        }
    }

    /// <summary>The server's log, up to the last line that came.</summary>
    public RecoveryLog Log => RecoveryLog.Read(_log);

    /// <summary>The last that came from the recovery on.</summary>
    public string LastWords => string.Join('\n', _log.TakeLast(MostWords));

    /// <summary>Whether a part has come to its end.</summary>
    public bool HasEnded(string part) => _ended.ContainsKey(part);

    /// <summary>How long a part took; null where it did not come to its end.</summary>
    public TimeSpan? Elapsed(string part) => _ended.TryGetValue(part, out var end) ? end - _begun[part] : null;

    /// <summary>The exit code of a part's program; null where it was not run, or not to its end.</summary>
    public int? Code(string part) => _codes.TryGetValue(part, out var code) ? code : null;

    /// <summary>What a part's program said.</summary>
    public string Said(string part) => _said.TryGetValue(part, out var said) ? said.ToString().Trim() : "";

    /// <summary>Why the script left a part out; null where it did not.</summary>
    public string? Skip(string part) => _skips.GetValueOrDefault(part);

    /// <summary>Takes the next line.</summary>
    public void Take(string line)
    {
        if (line.StartsWith('@'))
        {
            var words = line[1..].Split(' ', 3);
            TakeOwn(words[0], words.ElementAtOrDefault(1) ?? "", words.ElementAtOrDefault(2) ?? "");
        }
        else if (_part == Restore)
        {
            _console.Take(line);
        }
        else
        {
            _log.Add(line);
            if (_part == Recover && line.IndexOf("restored log file \"", StringComparison.Ordinal) is > 0 and var at)
            {
                _progress?.Report(new OperationProgress($"Replaying {line[at..].Split('"')[1]}"));
            }
        }
    }

    private void TakeOwn(string word, string part, string rest)
    {
        switch (word)
        {
            case "begin":
                _part = part;
                _begun[part] = Time(rest);
                _progress?.Report(new OperationProgress(Describe(part)));
                break;
            case "end":
                _ended[part] = Time(rest);
                _console.Finish();
                break;
            case "said":
                (_said.TryGetValue(part, out var said) ? said : _said[part] = new StringBuilder()).AppendLine(rest);
                break;
            case "code":
                _codes[part] = int.Parse(rest, CultureInfo.InvariantCulture);
                break;
            case "skip":
                _skips[part] = rest;
                break;
            case "warn":
                _messages?.Report(new OperationMessage(IsWarning: true, $"{part} {rest}"));
                break;
            case "full":
                Full = long.Parse(part, CultureInfo.InvariantCulture);
                break;
            case "kept":
                IsKept = true;
                break;
        }
    }

    private static string Describe(string part) => part switch
    {
        Restore => "Restoring",
        Recover => "Replaying",
        Tables or Content => "Asking the database",
        Amcheck => "pg_amcheck",
        _ => "pg_checksums",
    };

    // Seconds since 1970 with nanoseconds, of which .NET keeps hundreds.
    private static DateTimeOffset Time(string text) => DateTimeOffset.UnixEpoch.AddTicks((long)(decimal.Parse(text, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));
}
