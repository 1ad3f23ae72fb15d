using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Engine.Tests.Runbooks.Plans;

namespace ZabbixDR.Engine.Tests.Runbooks;

public sealed class EtcdNodeStateTests
{
    private static readonly string[] s_member = ["copy-snapshot", "restore-beside", "stop-unit", "swap-member", "start-unit", "tidy-member"];
    private static readonly string[] s_undo = ["stop-unit", "put-back", "start-unit", "clear-leftovers"];
    private static readonly string[] s_server = ["freeze-patroni", "replace-patroni"];

    [Theory]
    [InlineData("F", "old data in place, the copy of the snapshot begun")]
    [InlineData("DF", "old data in place, the restored data begun beside it")]
    [InlineData("DDF", "old data in place, the stop of etcd was begun, the restored data made beside it")]
    [InlineData("DDD", "old data in place, etcd stopped, the restored data made beside it")]
    [InlineData("DDAB", "the exchange of its data was begun, etcd stopped, the restored data made beside it")]
    [InlineData("DDDD", "restored data in place, the old one kept beside it, etcd stopped, the restored data made beside it")]
    [InlineData("DDDDD", "restored data in place, the old one kept beside it, etcd started, the restored data made beside it")]
    [InlineData("DDDDDD", "restored data in place, the old one kept beside it, etcd started")]
    public void A_member_stands_where_its_last_step_left_it(string statuses, string expected) => Assert.Equal(expected, Describe(s_member, statuses));

    [Theory]
    [InlineData("D", "data as the run before left it, etcd stopped")]
    [InlineData("DF", "the putting back of the old data was begun, etcd stopped")]
    [InlineData("DDD", "old data back in place, etcd started")]
    public void So_does_one_on_the_way_back(string statuses, string expected) => Assert.Equal(expected, Describe(s_undo, statuses));

    [Theory]
    [InlineData("D", "Patroni frozen, PostgreSQL goes on")]
    [InlineData("DF", "the replacement of Patroni was begun")]
    [InlineData("DD", "Patroni replaced by a new process")]
    public void So_does_a_server(string statuses, string expected) => Assert.Equal(expected, Describe(s_server, statuses));

    // D done, A already done, B begun, F failed; the rest waits.
    private static string Describe(string[] kinds, string statuses) => EtcdNodeState.Describe([.. kinds.Select((kind, index) => (
        PlanSamples.Step(kind, "node") with { Kind = kind },
        (index < statuses.Length ? statuses[index] : 'W') switch
        {
            'D' => DrStepStatus.Done,
            'A' => DrStepStatus.AlreadyDone,
            'B' => DrStepStatus.Begun,
            'F' => DrStepStatus.Failed,
            _ => DrStepStatus.Waiting,
        }))]);
}
