namespace ZabbixDR.Tests.Architecture;

/// <summary>Each rule finds the sample that breaks it: a rule that cannot fail holds nothing.</summary>
public sealed class RulesFailTests
{
    private const string Root = "ZabbixDR.Tests.Architecture.Samples";
    private static readonly CompiledCode Samples = CompiledCode.Read(typeof(RulesFailTests).Assembly.Location);
    private readonly CmdletRules _rules = new(Samples);

    [Fact]
    public void A_system_that_knows_a_neighbour_is_found_in_an_async_body() =>
        Assert.Contains(Layers.Violations(Samples, Root), breach => breach.Contains("KnowsANeighbour", StringComparison.Ordinal) && breach.EndsWith("Etcd may not use Patroni", StringComparison.Ordinal));

    [Fact]
    public void An_arrow_up_is_found_in_a_lambda() =>
        Assert.Contains(Layers.Violations(Samples, Root), breach => breach.Contains("LooksUp", StringComparison.Ordinal) && breach.EndsWith("Nodes may not use Deployment", StringComparison.Ordinal));

    [Fact]
    public void An_arrow_down_is_no_breach() =>
        Assert.DoesNotContain(Layers.Violations(Samples, Root), breach => breach.Contains("Fine", StringComparison.Ordinal));

    [Fact]
    public void A_folder_without_a_floor_is_found() => Assert.Equal(["Cellar"], Layers.Homeless(Samples, Root));

    [Fact]
    public void A_permit_that_is_made_in_a_lambda_is_found() => Assert.Equal([$"{Root}.TakesConsent"], EngineTests.CallersOf("AfterConsent", Samples));

    [Fact]
    public void A_duration_that_takes_anything_is_found_also_in_a_base_class() =>
        Assert.Equal(["TakesDurations.Age has no [Duration]", "TakesDurations.TimeLimit has no [Duration(IsLimit = true)]"], _rules.DurationsThatTakeAnything());

    [Fact]
    public void A_cmdlet_that_breaks_every_rule_is_found_by_every_rule()
    {
        Assert.Equal(["GetTestSampleCommand writes objects and has no [OutputType]"], _rules.WritersThatDoNotSayWhat());
        Assert.Equal(["GetTestSampleCommand shows YamlDotNet.Core.Mark"], _rules.ForeignTypesShown(CmdletTests.MayBeShown));
        Assert.Equal(["GetTestSampleCommand asks to change something"], _rules.ObserversThatChange());
        Assert.Equal(["GetTestSampleCommand asks without SupportsShouldProcess"], _rules.ChangersThatDoNotAsk());
        Assert.Equal(["GetTestSampleCommand does not derive from ZabbixDR.Pipeline.AsyncCmdlet"], _rules.NotOnTheBase("ZabbixDR.Pipeline.AsyncCmdlet"));
    }
}
