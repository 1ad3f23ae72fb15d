using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Pipeline;

[Collection(nameof(Alone))]
public sealed class StoppingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zdr-").FullName;

    private string Started => Path.Combine(_folder, "started");

    private string Cleaned => Path.Combine(_folder, "cleaned");

    [Theory]
    [InlineData("")]
    [InlineData("-Noisy")]
    [InlineData("-Stream")]
    public void Ctrl_C_is_answered_within_two_seconds_and_the_cleaning_is_waited_for(string how)
    {
        using var session = TestCmdlets.Open();

        var (_, stopping) = session.RunAndStop(
            ExistsAsync(Started),
            $"param($started, $cleaned) Invoke-TestWait -StartedFile $started -CleanedFile $cleaned {how}",
            Started,
            Cleaned);

        Assert.InRange(stopping, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2));
        Assert.True(File.Exists(Cleaned));
    }

    [Fact]
    public void A_downstream_that_has_enough_stops_the_command_and_waits_for_its_cleaning()
    {
        using var session = TestCmdlets.Open();

        // What Select-Object -First does, which this host does not have.
        var run = session.Run(
            """
            param($cleaned)
            $taken = 0
            foreach ($once in 1) { Invoke-TestWait -Stream -CleanedFile $cleaned | ForEach-Object { $_; $taken++; if ($taken -eq 3) { break } } }
            """,
            Cleaned);

        Assert.Equal([0, 1, 2], run.As<int>());
        Assert.True(File.Exists(Cleaned));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task ExistsAsync(string file)
    {
        while (!File.Exists(file))
        {
            await Task.Delay(20);
        }

        await Task.Delay(300);
    }
}
