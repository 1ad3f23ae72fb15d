using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Lab.Tests.Nodes;

/// <summary>Arguments reach a program on a node as they were given, through sshd, the login shell, sudo and the lifeline.</summary>
[Collection(EngineLabTestGroup.Name)]
public sealed class QuotingTests(EngineLabFixture fixture)
{
    private const string Host = "zbx-siteA";

    // The program is looked at, not a shell's own printf, so that no second shell has a say. sshd hands the whole line to the login
    // shell as one argument, of which the kernel allows 128 KiB (MAX_ARG_STRLEN): 250 strings of about 60 bytes, quoted, stay below a quarter of it.
    private const string Echo = "/usr/bin/printf";
    private const int BatchSize = 250;

    [Fact]
    public Task Ten_thousand_strings_come_back_identical() => ComeBackAsync(10_000, asRoot: false);

    [Fact]
    public Task A_thousand_strings_come_back_identical_through_sudo() => ComeBackAsync(1_000, asRoot: true);

    [Fact]
    public async Task Two_hundred_strings_come_back_identical_through_the_lifeline_of_a_changing_command()
    {
        var seed = Random.Shared.Next();
        var sent = RandomText.From(seed).Take(200).ToArray();

        var result = await fixture.Changing(Host).RunAsync(new ChangingCommand(Echo, ["%s\\0", .. sent]) { User = "root" }, CancellationToken.None);

        RandomText.AssertSame(sent, result.Output, seed);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public Task A_hundred_thousand_strings_come_back_identical() => ComeBackAsync(100_000, asRoot: false);

    private async Task ComeBackAsync(int count, bool asRoot)
    {
        var seed = Random.Shared.Next();
        foreach (var sent in RandomText.From(seed).Take(count).Chunk(BatchSize))
        {
            var command = new ObservingCommand(Echo, ["%s\\0", .. sent]) { User = asRoot ? "root" : null };
            var result = await fixture.Nodes.Get(Host).RunAsync(command, CancellationToken.None);

            RandomText.AssertSame(sent, result.Output, seed);
        }
    }
}
