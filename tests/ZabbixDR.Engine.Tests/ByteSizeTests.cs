namespace ZabbixDR.Engine.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData(0L, "0 B")]
    [InlineData(1023L, "1023 B")]
    [InlineData(1024L, "1 KiB")]
    [InlineData(1048575L, "1 MiB")]
    [InlineData(13443968L, "12.8 MiB")]
    [InlineData(long.MaxValue, "8192 PiB")]
    public void A_size_is_written_with_the_unit_that_fits(long? bytes, string text) => Assert.Equal(text, ByteSize.ToText(bytes));
}
