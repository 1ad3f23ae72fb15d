using System.Globalization;

namespace ZabbixDR.Benchmarks;

/// <summary>Two candidates, run in turn and in alternating order, so that what the machine does meanwhile meets both alike.</summary>
internal sealed record Duel(Candidate Base, Candidate Ours)
{
    /// <summary>Runs before each run, outside the clock.</summary>
    public Func<Task> Prepare { get; init; } = () => Task.CompletedTask;

    public async Task<IReadOnlyList<(Sample Base, Sample Ours)>> FightAsync(int rounds)
    {
        var pairs = new List<(Sample, Sample)>();
        for (var round = 0; round <= rounds; round++)
        {
            var oursFirst = round % 2 == 1;
            var first = await RunAsync(oursFirst ? Ours : Base);
            var second = await RunAsync(oursFirst ? Base : Ours);
            if (round > 0)
            {
                pairs.Add(oursFirst ? (second, first) : (first, second));
            }
        }

        return pairs;
    }

    public void Print(IReadOnlyList<(Sample Base, Sample Ours)> pairs)
    {
        Console.WriteLine($"{"",-28} {"min",9} {"median",9} {"max",9}");
        Row($"{Base.Name}, s", pairs.Select(pair => pair.Base.Elapsed.TotalSeconds));
        Row($"{Ours.Name}, s", pairs.Select(pair => pair.Ours.Elapsed.TotalSeconds));
        Row($"{Base.Name}, processor s", pairs.Select(pair => pair.Base.Processor.TotalSeconds));
        Row($"{Ours.Name}, processor s", pairs.Select(pair => pair.Ours.Processor.TotalSeconds));
        Row($"{Base.Name}, peak MiB", pairs.Select(pair => pair.Base.PeakMemory / 1048576.0));
        Row($"{Ours.Name}, peak MiB", pairs.Select(pair => pair.Ours.PeakMemory / 1048576.0));
    }

    /// <summary>Prints a row of three, and gives the median.</summary>
    public static double Row(string name, IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var median = sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} {sorted[0],9:0.000} {median,9:0.000} {sorted[^1],9:0.000}"));
        return median;
    }

    /// <summary>Prints whether a goal was met.</summary>
    public static bool Judge(string goal, bool met)
    {
        Console.WriteLine($"{(met ? "met" : "NOT MET"),-28} {goal}");
        return met;
    }

    private async Task<Sample> RunAsync(Candidate candidate)
    {
        await Prepare();
        return await candidate.RunAsync();
    }
}
