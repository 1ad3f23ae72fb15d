using System.Text.Json.Nodes;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Tests.Patroni;

public sealed class PatroniPatchTests
{
    private const string Current = """{"ttl":20,"loop_wait":5,"retry_timeout":5,"postgresql":{"parameters":{"archive_mode":"on","max_connections":100}}}""";

    [Theory]
    [InlineData("""{"ttl":20}""", "{}", "")]
    [InlineData("""{"ttl":"20"}""", "{}", "")]
    [InlineData("""{"ttl":30}""", """{"ttl":30}""", "ttl: 20 → 30")]
    [InlineData("""{"failsafe_mode":true}""", """{"failsafe_mode":true}""", "failsafe_mode: (not set) → true")]
    [InlineData("""{"failsafe_mode":null}""", "{}", "")]
    [InlineData("""{"postgresql":{"parameters":{"archive_mode":null,"unknown":null,"max_connections":100}}}""", """{"postgresql":{"parameters":{"archive_mode":null}}}""", "postgresql.parameters.archive_mode: on → (not set)")]
    [InlineData("""{"postgresql":{"pg_hba":["local all all peer"]}}""", """{"postgresql":{"pg_hba":["local all all peer"]}}""", """postgresql.pg_hba: (not set) → ["local all all peer"]""")]
    [InlineData("""{"slots":{"one":{"type":"physical","old":null}}}""", """{"slots":{"one":{"type":"physical"}}}""", """slots: (not set) → {"one":{"type":"physical","old":null}}""")]
    public void Only_what_differs_is_sent_and_no_null_for_what_is_not_there(string wished, string sent, string lines)
    {
        var patch = PatroniPatch.Between(Read(Current), Read(wished));

        Assert.Equal(sent, patch.Patch.ToJsonString());
        Assert.Equal(lines, string.Join("\n", patch.Lines));
        Assert.True(PatroniPatch.IsIn(patch.Result, Read(wished)));
    }

    [Theory]
    [InlineData("""{"ttl":14}""", "ttl is 14, and 20 is the least")]
    [InlineData("""{"loop_wait":11}""", "11 + 2 × 5 = 21 s")]
    [InlineData("""{"postgresql":{"parameters":{"listen_addresses":"*"}}}""", "listen_addresses is each node's own")]
    [InlineData("""{"postgresql":{"parameters":{"max_connections":10}}}""", "max_connections is 10, and 25 is the least")]
    public void What_Patroni_would_change_by_itself_is_refused(string wished, string reason)
    {
        var failure = Assert.Throws<DrException>(() => PatroniRules.Require(PatroniPatch.Between(Read(Current), Read(wished)).Result, Read(wished)));

        Assert.Equal("PatroniConfigurationUnfit", failure.Id);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Timings_that_do_not_fit_already_do_not_keep_another_setting_from_being_changed() =>
        PatroniRules.Require(Read("""{"ttl":20,"loop_wait":15,"failsafe_mode":true}"""), Read("""{"failsafe_mode":true}"""));

    private static JsonObject Read(string text) => (JsonObject)JsonNode.Parse(text)!;
}
