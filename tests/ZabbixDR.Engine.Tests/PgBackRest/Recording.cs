using System.Buffers;
using System.Text;

namespace ZabbixDR.Engine.Tests.PgBackRest;

/// <summary>What the real pgBackRest printed; Recorded/README.md has the commands.</summary>
internal static class Recording
{
    public static IReadOnlyList<string> AllVersions { get; } = ["2.45", "2.55.1"];

    public static TheoryData<string> Versions => [.. AllVersions];

    public static string Text(string version, string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PgBackRest", "Recorded", version, file));

    public static ReadOnlySequence<byte> Bytes(string version, string file) => new(Encoding.UTF8.GetBytes(Text(version, file)));

    public static string[] Lines(string version, string file) => Text(version, file).Split('\n');
}
