namespace ZabbixDR.Engine.Topology;

/// <summary>Guesses what a person meant to write.</summary>
internal static class Nearest
{
    // Names in a topology are short; a word beyond this is no slip of the finger, and would cost time by its square.
    private const int LongestWord = 64;

    // Nor does a person keep more names than these in mind; each wrong one would be compared with all.
    private const int MostCandidates = 500;

    /// <summary>" Did you mean X?" where one of the candidates is near enough to be a slip, else nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LongestWord)
        {
            return "";
        }

        // A slip in three letters; what differs in letter case only is always near.
        var allowed = Math.Max(1, word.Length / 3);
        var best = candidates
            .Take(MostCandidates)
            .Where(candidate => Math.Abs(candidate.Length - word.Length) <= allowed)
            .Select(candidate => (Candidate: candidate, Distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(guess => guess.Distance <= allowed && guess.Distance < guess.Candidate.Length)
            .OrderBy(guess => guess.Distance)
            .FirstOrDefault();
        return best.Candidate is null ? "" : $" Did you mean {best.Candidate}?";
    }

    /// <summary>How many letters must be put in, left out, changed, or exchanged with their neighbour (Damerau and Levenshtein, adjacent exchange).</summary>
    public static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Step(rows, one, other, i, j);
            }
        }

        return rows[one.Length, other.Length];
    }

    private static int Step(int[,] rows, string one, string other, int i, int j)
    {
        var changed = rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
        var least = Math.Min(changed, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
        var exchanged = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
        return exchanged ? Math.Min(least, rows[i - 2, j - 2] + 1) : least;
    }
}
