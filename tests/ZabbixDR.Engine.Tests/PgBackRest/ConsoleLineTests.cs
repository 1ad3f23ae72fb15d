using System.Buffers;
using System.Text;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class ConsoleLineTests
{
    // pgbackrest --log-level-console=off --log-level-stderr=warn repo-ls backup, with no-such-option=1 in pgbackrest.conf (2.55.1).
    private const string Recorded = "P00   WARN: configuration file contains invalid option 'no-such-option'\nzabbix-cluster\n";

    [Fact]
    public void What_pgBackRest_has_against_its_configuration_is_no_part_of_its_answer()
    {
        var (warnings, answer) = Split(Recorded);

        Assert.Equal(["configuration file contains invalid option 'no-such-option'"], warnings);
        Assert.Equal("zabbix-cluster\n", answer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zabbix-cluster\n")]
    [InlineData("[{\"name\":\"zabbix-cluster\"}]")]
    [InlineData("{\".\":{\"type\":\"path\"}}\n")]
    [InlineData("a line\nP00   WARN: which is part of the answer\n")]
    public void An_answer_without_warnings_stays_as_it_is(string output)
    {
        var (warnings, answer) = Split(output);

        Assert.Empty(warnings);
        Assert.Equal(output, answer);
    }

    [Fact]
    public void A_warning_alone_leaves_nothing() => Assert.Equal("", Split(Recorded.Split('\n')[0]).Answer);

    private static (IReadOnlyList<string> Warnings, string Answer) Split(string output)
    {
        var (warnings, answer) = ConsoleLine.Split(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(output)));
        return (warnings, Encoding.UTF8.GetString(answer));
    }
}
