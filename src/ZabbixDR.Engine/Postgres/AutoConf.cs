namespace ZabbixDR.Engine.Postgres;

/// <summary>
/// What ALTER SYSTEM wrote into postgresql.auto.conf: one setting a line, the value in single quotes (guc.c, write_auto_conf_file). PostgreSQL reads the
/// file last, so that it wins over what Patroni writes; pg_settings shows an entry only once it is in effect, the file at once.
/// </summary>
internal static class AutoConf
{
    public const string FileName = "postgresql.auto.conf";

    /// <summary>The values of the settings that are asked for; no other is taken out of the file, which may hold a password.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="names">The settings, in lower case.</param>
    public static IReadOnlyDictionary<string, string> Read(string text, IReadOnlyCollection<string> names)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            // By hand the sign may be left out (PostgreSQL's documentation, 19.1.2).
            var end = line.AsSpan().IndexOfAny('=', ' ', '\t');
            if (end > 0 && line[..end].ToLowerInvariant() is var name && names.Contains(name))
            {
                found[name] = Value(line[end..].TrimStart(' ', '\t', '='));
            }
        }

        return found;
    }

    private static string Value(string text)
    {
        if (text.Length == 0 || text[0] != '\'')
        {
            return text.Split('#')[0].TrimEnd();
        }

        var value = new System.Text.StringBuilder();
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == '\'' && (at + 1 == text.Length || text[at + 1] != '\''))
            {
                break;
            }

            at += text[at] is '\'' or '\\' && at + 1 < text.Length ? 1 : 0;
            value.Append(text[at]);
        }

        return value.ToString();
    }
}
