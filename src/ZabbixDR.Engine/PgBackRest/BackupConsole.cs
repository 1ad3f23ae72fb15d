using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// Follows a running backup by what it prints at level detail (src/command/backup/backup.c): a line a file, with the share of all
/// bytes that is done, and at the end the new set's label. It keeps nothing of the lines but what is asked for below.
/// </summary>
internal sealed partial class BackupConsole
{
    private const string LabelPrefix = "new backup label = ";
    private const string Units = "KMGTP";
    private const double LeastShare = 0.01;
    private static readonly TimeSpan LeastBasis = TimeSpan.FromSeconds(1);
    private readonly IProgress<OperationProgress>? _progress;
    private readonly IProgress<OperationMessage>? _messages;
    private ConsoleLine? _open;
    private DateTimeOffset? _copyingSince;
    private long _files;
    private double _bytes;

    public BackupConsole(IProgress<OperationProgress>? progress, IProgress<OperationMessage>? messages)
    {
        _progress = progress;
        _messages = messages;
    }

    /// <summary>The label of the set that was made; null until pgBackRest has said so. From then on the set exists, whatever follows.</summary>
    public string? NewLabel { get; private set; }

    /// <summary>The error that it ended with, its hints included; null where there was none.</summary>
    public string? Error { get; private set; }

    /// <summary>The error in what pgBackRest wrote to standard error; all of it where none can be told apart.</summary>
    public static string ErrorIn(string standardError)
    {
        var console = new BackupConsole(null, null);
        foreach (var line in standardError.Split('\n'))
        {
            console.Take(line);
        }

        console.Finish();
        return console.Error ?? standardError.Trim();
    }

    /// <summary>Takes the next line.</summary>
    public void Take(string line)
    {
        if (ConsoleLine.Read(line) is not { } message)
        {
            _open = _open is null ? null : _open with { Text = $"{_open.Text}{Environment.NewLine}{line.Trim()}" };
            return;
        }

        Finish();
        switch (message.Level)
        {
            case "DETAIL":
                FollowFile(message);
                break;
            case "INFO":
                FollowPhase(message);
                break;
            case "WARN" or "ERROR" or "ASSERT":
                _open = message;
                break;
        }
    }

    /// <summary>Hands on the message that was being read. To be called after the last line.</summary>
    public void Finish()
    {
        if (_open is { Level: "WARN" })
        {
            _messages?.Report(new OperationMessage(true, PgBackRestErrors.Printable(_open.Text)));
        }
        else if (_open is not null)
        {
            Error ??= _open.Text;
        }

        _open = null;
    }

    private void FollowFile(ConsoleLine message)
    {
        if (Share().Match(message.Text) is not { Success: true } share)
        {
            return;
        }

        // 2.45 counts a file by its size when copied, so that files that grow meanwhile carry the sum beyond 100 %.
        var fraction = Math.Min(1, double.Parse(share.Groups[3].ValueSpan, CultureInfo.InvariantCulture) / 100);
        _files++;
        _bytes += double.Parse(share.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Math.Pow(1024, share.Groups[2].Length == 0 ? 0 : Units.IndexOf(share.Groups[2].Value, StringComparison.Ordinal) + 1);
        _copyingSince ??= message.Time;
        _progress?.Report(new OperationProgress($"Copying, {_files} files, {Amount(fraction)}", fraction, Remaining(message.Time - _copyingSince, fraction)));
    }

    private void FollowPhase(ConsoleLine message)
    {
        if (message.Text.StartsWith(LabelPrefix, StringComparison.Ordinal))
        {
            NewLabel = message.Text[LabelPrefix.Length..].Trim();
        }
        else if (message.Text.StartsWith("backup start archive", StringComparison.Ordinal))
        {
            _copyingSince = message.Time;
        }

        _messages?.Report(new OperationMessage(false, PgBackRestErrors.Printable(message.Text)));
        if (StatusOf(message.Text) is { } status)
        {
            _progress?.Report(status);
        }
    }

    private static OperationProgress? StatusOf(string text) => text switch
    {
        _ when text.Contains("backup start: ", StringComparison.Ordinal) => new OperationProgress("Waiting for the checkpoint"),
        _ when text.StartsWith("check archive for ", StringComparison.Ordinal) => new OperationProgress("Waiting for WAL to be archived"),
        _ when text.StartsWith("expire command begin", StringComparison.Ordinal) => new OperationProgress("Expiring what retention no longer covers", 1),
        _ => null,
    };

    private static TimeSpan? Remaining(TimeSpan? elapsed, double fraction) =>
        elapsed > LeastBasis && fraction > 0 ? elapsed.Value * ((1 - fraction) / fraction) : null;

    // pgBackRest says the share and each file's size, rounded, but not the sum: it follows from both, once there is enough of it.
    private string Amount(double fraction) =>
        fraction < LeastShare ? ByteSize.ToText((long)_bytes) : $"{ByteSize.ToText((long)_bytes)} of about {ByteSize.ToText((long)(_bytes / fraction))}";

    // A file's size with its unit (strSizeFormat in src/common/type/string.c), what became of it in block increments, and the share.
    [GeneratedRegex(@"[( ](\d+(?:\.\d+)?)([KMGTP]?)B(?:->[^,)]+)?, (\d{1,4}\.\d\d)%\)(?: checksum [0-9a-f]+)?$")]
    private static partial Regex Share();
}
