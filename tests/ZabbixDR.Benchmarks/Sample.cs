namespace ZabbixDR.Benchmarks;

/// <summary>One run of a candidate.</summary>
/// <param name="Elapsed">From its start to its end.</param>
/// <param name="Processor">The processor time of the process.</param>
/// <param name="PeakMemory">The peak of its resident set, in bytes.</param>
/// <param name="Output">What it printed.</param>
internal sealed record Sample(TimeSpan Elapsed, TimeSpan Processor, long PeakMemory, string Output);
