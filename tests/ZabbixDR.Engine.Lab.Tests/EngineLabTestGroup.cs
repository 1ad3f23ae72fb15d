namespace ZabbixDR.Engine.Lab.Tests;

/// <summary>Every class of this project belongs to this one group, so that no two tests disturb the same cluster at once.</summary>
[CollectionDefinition(Name)]
public sealed class EngineLabTestGroup : ICollectionFixture<EngineLabFixture>
{
    public const string Name = "engine-lab";
}
