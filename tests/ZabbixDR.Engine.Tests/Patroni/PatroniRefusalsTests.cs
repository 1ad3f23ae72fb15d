using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.Tests.Nodes;

namespace ZabbixDR.Engine.Tests.Patroni;

/// <summary>The statuses and texts of patroni/api.py and patroni/ha.py.</summary>
public sealed class PatroniRefusalsTests
{
    [Theory]
    [InlineData("switchover", 412, "leader name does not match", "SwitchoverImpossible", "Another member leads by now")]
    [InlineData("switchover", 412, "candidate name does not match with sync_standby", "SwitchoverImpossible", "wait until Get-PatroniCluster shows the candidate as one")]
    [InlineData("switchover", 412, "switchover is not possible: can not find sync_standby", "SwitchoverImpossible", "Wait until Get-PatroniCluster shows a synchronous standby")]
    [InlineData("switchover", 412, "switchover is not possible: no good candidates have been found", "SwitchoverImpossible", "Wait until the candidate's Patroni answers")]
    [InlineData("switchover", 503, "Switchover failed", "SwitchoverFailed", "The old leader takes the lead back")]
    [InlineData("switchover", 503, "Switchover status unknown", "SwitchoverUnknown", "it may still happen")]
    [InlineData("switchover", 503, "failed to write failover key into DCS", "PatroniWithoutDcs", "wait until etcd is healthy")]
    [InlineData("restart", 503, "reinitialize already in progress", "PatroniBusy", "Wait until that has ended")]
    [InlineData("restart", 503, "postgres is still starting", "PostgresStillStarting", "wait until Get-PatroniCluster shows it running")]
    [InlineData("restart", 503, "restart failed", "PatroniCallFailed", "its log on the node")]
    [InlineData("reinitialize", 503, "I am the leader, can not reinitialize", "LeaderNotRebuilt", "It leads by now")]
    [InlineData("reinitialize", 503, "Cluster has no leader, can not reinitialize", "PatroniWithoutLeader", "wait until Get-PatroniCluster shows one")]
    [InlineData("config", 409, "Conflict", "PatroniConfigurationContended", "repeat it")]
    [InlineData("config", 503, "Service Unavailable", "PatroniConfigurationGone", "wait until there is a leader")]
    [InlineData("config", 401, "not authenticated", "PatroniLoginRefused", "patroni.rest.password")]
    [InlineData("config", 403, "client certificate required", "PatroniForbidden", "patroni.rest.certFile")]
    [InlineData("config", 403, "Access is denied", "PatroniForbidden", "restapi.allowlist")]
    [InlineData("config", 400, "Bad Request", "PatroniCallInvalid", "Nothing was changed")]
    [InlineData("config", 502, "Bad Gateway", "PatroniWithoutDcs", "wait until etcd is healthy")]
    [InlineData("config", 500, "Internal Server Error", "PatroniCallFailed", "its log on the node")]
    public void Each_refusal_says_what_to_wait_for(string path, int status, string text, string id, string remedy)
    {
        var call = new PatroniCall(HttpMethod.Post, path, "Trying", null, TimeSpan.FromSeconds(1));

        var failure = PatroniRefusals.From(LocalNode.Here(), call, new PatroniAnswer(status, text));

        Assert.Equal(id, failure.Id);
        Assert.Contains(remedy, failure.Message, StringComparison.Ordinal);
    }
}
