namespace ZabbixDR.Engine.Nodes;

/// <summary>What a started program's standard input is.</summary>
internal enum ProcessInput
{
    /// <summary>Nothing: reading gives the end at once.</summary>
    Empty,

    /// <summary>Open, fed by us, until we close it or the connection ends.</summary>
    Open,
}
