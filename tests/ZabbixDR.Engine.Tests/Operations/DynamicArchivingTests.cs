using System.Text.Json.Nodes;
using ZabbixDR.Engine.Operations.Archiving;

namespace ZabbixDR.Engine.Tests.Operations;

public sealed class DynamicArchivingTests
{
    [Fact]
    public void Of_an_empty_configuration_all_is_patched_and_after_that_nothing()
    {
        var target = new ArchivingTarget("main", null);

        var patch = DynamicArchiving.Of([], target).Patch!;

        Assert.Equal(
            """{"postgresql":{"parameters":{"archive_mode":"on","archive_command":"pgbackrest --stanza=main archive-push \u0022%p\u0022","archive_timeout":60},"recovery_conf":{"restore_command":"pgbackrest --stanza=main archive-get %f \u0022%p\u0022"}}}""",
            patch.ToJsonString());
        Assert.Null(DynamicArchiving.Of(patch, target).Patch);
    }

    [Theory]
    [InlineData("archive_mode", "true", "on")]
    [InlineData("archive_mode", "\"off\"", "on")]
    [InlineData("archive_timeout", "0", "60")]
    [InlineData("wal_level", "\"minimal\"", "replica")]
    [InlineData("archive_command", "\"/bin/true\"", "pgbackrest --stanza=main archive-push \"%p\"")]
    public void What_is_wrong_is_patched_alone(string name, string value, string expected)
    {
        var configuration = (JsonObject)DynamicArchiving.Of([], new ArchivingTarget("main", null)).Patch!.DeepClone();
        configuration["postgresql"]!["parameters"]![name] = JsonNode.Parse(value);

        var change = Assert.Single(DynamicArchiving.Of(configuration, new ArchivingTarget("main", null)).Changes);

        Assert.Equal(($"postgresql.parameters.{name}", expected), (change.Key, change.After));
    }

    [Theory]
    [InlineData("\"5min\"", null)]
    [InlineData("300", 300)]
    public void A_timeout_that_is_set_stays_unless_another_is_wanted(string value, int? wanted)
    {
        var configuration = (JsonObject)DynamicArchiving.Of([], new ArchivingTarget("main", null)).Patch!.DeepClone();
        configuration["postgresql"]!["parameters"]!["archive_timeout"] = JsonNode.Parse(value);

        Assert.Null(DynamicArchiving.Of(configuration, new ArchivingTarget("main", wanted is { } seconds ? TimeSpan.FromSeconds(seconds) : null)).Patch);
        Assert.NotNull(DynamicArchiving.Of(configuration, new ArchivingTarget("main", TimeSpan.FromSeconds(30))).Patch);
    }
}
