using System.Text.Json.Nodes;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>The dynamic configuration as one member read it.</summary>
/// <param name="Node">The member's node.</param>
/// <param name="Document">The whole document.</param>
/// <param name="Configuration">The same as a record, with what waits for a restart on every member that answered.</param>
public sealed record PatroniConfigurationView(INode Node, JsonObject Document, PatroniConfiguration Configuration);
