using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The generated reader of <see cref="InfoDocument"/>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.General, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InfoText)])]
[JsonSerializable(typeof(IReadOnlyList<InfoDocument>))]
internal sealed partial class InfoJson : JsonSerializerContext;
