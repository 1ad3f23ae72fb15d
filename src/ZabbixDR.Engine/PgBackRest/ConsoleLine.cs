using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// The first line of a message as pgBackRest logs it: with time and process on standard output, bare on standard error
/// (logPre and logPost in src/common/log.c). Further lines of the same message are indented.
/// </summary>
/// <param name="Time">When it was written; null where the line has no time.</param>
/// <param name="Level">The level's name: ERROR, WARN, INFO, DETAIL, …</param>
/// <param name="Code">The error's code; null where it is no error.</param>
/// <param name="Text">What it says.</param>
internal sealed partial record ConsoleLine(DateTimeOffset? Time, string Level, int? Code, string Text)
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff";

    /// <summary>Reads a line; null where it is not the first of a message.</summary>
    public static ConsoleLine? Read(string line)
    {
        var match = Header().Match(line);
        return !match.Success ? null : new ConsoleLine(
            DateTimeOffset.TryParseExact(match.Groups["time"].ValueSpan, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
            match.Groups["level"].Value,
            match.Groups["code"].Success ? int.Parse(match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture) : null,
            match.Groups["text"].Value);
    }

    /// <summary>
    /// Tells an answer on standard output from the warnings before it: what pgBackRest has against its configuration it says there, before
    /// it has read how it shall log (src/common/log.c starts with the console at level warn).
    /// </summary>
    /// <param name="output">Standard output. An answer in JSON is one line of any length, and stays where it is.</param>
    public static (IReadOnlyList<string> Warnings, ReadOnlySequence<byte> Answer) Split(ReadOnlySequence<byte> output)
    {
        var warnings = new List<string>();
        var reader = new SequenceReader<byte>(output);
        while (reader.TryPeek(out var first) && first is not ((byte)'[' or (byte)'{'))
        {
            var answer = reader.UnreadSequence;
            if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
            {
                line = answer;
                reader.AdvanceToEnd();
            }

            if (Read(Encoding.UTF8.GetString(line)) is not { Level: "WARN" } warning)
            {
                return (warnings, answer);
            }

            warnings.Add(warning.Text);
        }

        return (warnings, reader.UnreadSequence);
    }

    [GeneratedRegex(@"^(?:(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) )?(?:P\d+ +)?(?<level>ASSERT|ERROR|WARN|INFO|DETAIL|DEBUG|TRACE): (?:\[(?<code>\d{3})\]: )?(?<text>.*)$")]
    private static partial Regex Header();
}
