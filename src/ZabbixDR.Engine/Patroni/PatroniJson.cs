using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(PatroniStatusDocument))]
[JsonSerializable(typeof(PatroniClusterDocument))]
[JsonSerializable(typeof(PatroniConfigDocument))]
internal sealed partial class PatroniJson : JsonSerializerContext;
