using FsCheck.Xunit;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Tests.Patroni;

public sealed class DynamicConfigurationTests
{
    [Fact]
    public void The_order_of_keys_means_nothing_and_that_of_a_list_does()
    {
        var one = DynamicConfiguration.Normalize("""{ "ttl": 20, "postgresql": {"use_slots": true, "parameters": {"archive_mode": "on"}}, "tags": [1, 2] }""");

        Assert.Equal("""{"postgresql":{"parameters":{"archive_mode":"on"},"use_slots":true},"tags":[1,2],"ttl":20}""", one);
        Assert.Equal(one, DynamicConfiguration.Normalize(one!));
        Assert.Equal(one, DynamicConfiguration.Normalize("""{"tags":[1,2],"ttl":20,"postgresql":{"parameters":{"archive_mode":"on"},"use_slots":true}}"""));
        Assert.NotEqual(one, DynamicConfiguration.Normalize("""{"tags":[2,1],"ttl":20,"postgresql":{"parameters":{"archive_mode":"on"},"use_slots":true}}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"half":"\ud800"}""")]
    public void What_is_no_object_is_none(string text) => Assert.Null(DynamicConfiguration.Normalize(text));

    [Property(MaxTest = 200)]
    public void No_text_throws(string? text) => DynamicConfiguration.Normalize(text ?? "");

    [Fact]
    public void Its_digest_is_the_SHA_256_of_its_text() =>
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", DynamicConfiguration.Digest(DynamicConfiguration.Normalize(" { } ")!));
}
