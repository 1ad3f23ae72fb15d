using FsCheck.Xunit;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Tests.Topology;

public sealed class NearestTests
{
    private static readonly string[] Words = ["name", "nodes", "sites", "access", "address", "sudo", "none", "A"];

    [Theory]
    [InlineData("naem", " Did you mean name?")]
    [InlineData("Name", " Did you mean name?")]
    [InlineData("node", " Did you mean nodes?")]
    [InlineData("acess", " Did you mean access?")]
    [InlineData("adress", " Did you mean address?")]
    [InlineData("doas", "")]
    [InlineData("tape", "")]
    [InlineData("", "")]
    [InlineData("B", "")]
    public void A_slip_is_seen_and_a_stranger_is_not(string written, string hint) => Assert.Equal(hint, Nearest.Hint(written, Words));

    [Theory]
    [InlineData("ab", "ba", 1)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void The_distance_counts_slips(string one, string other, int slips) => Assert.Equal(slips, Nearest.Distance(one, other));

    [Property]
    public bool The_distance_is_the_same_both_ways_and_zero_to_itself(string? one, string? other) =>
        Nearest.Distance(one ?? "", other ?? "") == Nearest.Distance(other ?? "", one ?? "") && Nearest.Distance(one ?? "", one ?? "") == 0;
}
