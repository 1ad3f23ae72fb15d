using System.Text.Json.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>A request to Patroni's REST interface that changes something.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, without a slash before it.</param>
/// <param name="Tried">What it does, as a noun phrase for messages.</param>
/// <param name="Body">What is sent with it; null for nothing.</param>
/// <param name="TimeLimit">The longest wait for the answer.</param>
internal sealed record PatroniCall(HttpMethod Method, string Path, string Tried, JsonObject? Body, TimeSpan TimeLimit);
