namespace ZabbixDR.Lab.Tests;

/// <summary>Every class of lab tests belongs to this one group, so that no two tests disturb the same cluster at once.</summary>
[CollectionDefinition(Name)]
public sealed class LabTestGroup : ICollectionFixture<LabFixture>
{
    public const string Name = "lab";
}
