using System.Buffers;
using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations.Archiving;

/// <summary>
/// How WAL archiving should be set up for a stanza: the source document's step 3, as PROCEDURES 2 and 3 correct it. A command that does the same in other
/// words, with other options or another path to pgBackRest, is right too, and is left as it is.
/// </summary>
/// <param name="Stanza">The stanza.</param>
/// <param name="Timeout">After how long a segment that is not full is archived; null for any that there is, or <see cref="UsualTimeout"/> where there is none.</param>
internal sealed record ArchivingTarget(string Stanza, TimeSpan? Timeout)
{
    /// <summary>Without one, the loss on a quiet database has no bound.</summary>
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(60);

    // A second command, or a failure made a success: "archive-push %p || true" loses WAL without a word.
    private static readonly SearchValues<char> s_shellMarks = SearchValues.Create(";|&<>`$\n");

    /// <summary>archive_command.</summary>
    public string Push => $"pgbackrest {Option} archive-push \"%p\"";

    /// <summary>restore_command.</summary>
    public string Get => $"pgbackrest {Option} archive-get %f \"%p\"";

    /// <summary>The command of the replica method; without a shell, so nothing of it is quoted for one.</summary>
    public string Restore => $"pgbackrest {Option} --delta --type=standby restore";

    private string Option => ShellQuoting.Quote([$"--stanza={Stanza}"]);

    public bool IsPush(string? command) => Runs(command, "archive-push", "%p");

    public bool IsGet(string? command) => Runs(command, "archive-get", "%f", "%p");

    public bool IsRestore(string? command) => Runs(command, "restore", "--delta", "--type=standby");

    /// <summary>archive_mode is on; <c>always</c> archives on the standbys as well. A bare <c>on</c> of YAML became true, which Patroni compares badly.</summary>
    public static bool IsOn(string? mode) => mode is "on" or "always";

    /// <summary>True where a timeout, in seconds, is what is wanted.</summary>
    public bool IsTimeout(int? seconds) => Timeout is { } wanted ? seconds == (int)wanted.TotalSeconds : seconds > 0;

    /// <summary>A time as PostgreSQL reads it, a number of seconds where it has no unit; null where it is none (guc.c, time_unit_conversion_table).</summary>
    public static int? Seconds(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        var digits = trimmed.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Count();
        double? unit = trimmed[digits..].Trim() switch
        {
            "" or "s" => 1,
            "ms" => 0.001,
            "min" => 60,
            "h" => 3600,
            "d" => 86400,
            _ => null,
        };
        return double.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * unit is < int.MaxValue and var seconds
            ? (int)Math.Round(seconds)
            : null;
    }

    private bool Runs(string? command, string verb, params string[] others)
    {
        if (command is null || command.AsSpan().ContainsAny(s_shellMarks))
        {
            return false;
        }

        var words = command.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Replace("--stanza ", "--stanza=", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var program, ..] && (program == "pgbackrest" || program.EndsWith("/pgbackrest", StringComparison.Ordinal))
            && words.Contains($"--stanza={Stanza}") && words.Contains(verb) && others.All(words.Contains);
    }
}
