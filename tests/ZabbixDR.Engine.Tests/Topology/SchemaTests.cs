using System.Text.Json;
using NJsonSchema;
using YamlDotNet.Serialization;

namespace ZabbixDR.Engine.Tests.Topology;

/// <summary>The schema that editors read says the same as the reader.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> GoodFiles => [.. TopologySamples.EveryKey, TopologySamples.Lab];

    [Fact]
    public void The_schema_has_the_readers_keys_and_no_others()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(TopologySamples.SchemaFile));

        Assert.Equal(TopologySamples.Keys.Order(StringComparer.Ordinal), Keys(schema.RootElement, "", schema.RootElement).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_key_has_a_description() => Assert.All(Descriptions(), described => Assert.True(described.Has, described.Key));

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public async Task What_the_reader_takes_the_schema_takes(string text) => Assert.Empty(await ErrorsOf(text));

    [Theory]
    [InlineData("name: zabbix-prod", "naem: zabbix-prod")]
    [InlineData("version: 1\n", "version: 2\n")]
    [InlineData("port: 5433", "port: 70000")]
    [InlineData("becomeMethod: sudo", "becomeMethod: doas")]
    [InlineData("roles: [etcd] }\n  etcd-2", "roles: [etdc] }\n  etcd-2")]
    [InlineData("password: env:ETCD_ROOT_PASSWORD", "password: hunter2")]
    [InlineData("dataDirectory: /var/lib/pgsql", "dataDirectory: var/lib/pgsql")]
    [InlineData("rto: 65s", "rto: soon")]
    [InlineData("site: A, address: 10.1.0.11,", "site: A,")]
    public async Task What_the_reader_refuses_the_schema_refuses(string right, string wrong)
    {
        Assert.Contains(right, TopologySamples.Whole, StringComparison.Ordinal);

        Assert.NotEmpty(await ErrorsOf(TopologySamples.Whole.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void Its_choices_are_the_enums()
    {
        Assert.Equal(NamesOf<NodeRole>(), Choices("nodes", "additionalProperties", "properties", "roles", "items"));
        Assert.Equal(NamesOf<BecomeMethod>(), Choices("access", "properties", "becomeMethod"));
        Assert.Equal(NamesOf<AccessRoute>(), Choices("etcd", "properties", "via"));
        Assert.Equal(PgBackRestOptions.CompressTypes, Choices("pgbackrest", "properties", "compressType"));
        Assert.Equal(PgBackRestOptions.LogLevels, Choices("pgbackrest", "properties", "logLevelConsole"));
        Assert.Equal(PgBackRestOptions.LogLevels, Choices("pgbackrest", "properties", "logLevelFile"));
        Assert.Equal(NamesOf<RepositoryType>(), Choices("pgbackrest", "properties", "repository", "properties", "type"));
        Assert.Equal(RepositorySettings.KeyTypes, Choices("pgbackrest", "properties", "repository", "properties", "keyType"));
        Assert.Equal(RepositorySettings.UriStyles, Choices("pgbackrest", "properties", "repository", "properties", "uriStyle"));
    }

    internal static async Task<IEnumerable<string>> ErrorsOf(string yaml)
    {
        var schema = await JsonSchema.FromFileAsync(TopologySamples.SchemaFile);
        var tree = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        return schema.Validate(new SerializerBuilder().JsonCompatible().Build().Serialize(tree)).Select(error => error.ToString());
    }

    private static IEnumerable<string> NamesOf<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(ZabbixDR.Engine.Topology.YamlSection.Dashed);

    private static List<string> Choices(params string[] path)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(TopologySamples.SchemaFile));
        var at = path.Aggregate(schema.RootElement.GetProperty("properties"), (element, name) => Meant(element, schema.RootElement).GetProperty(name));
        return [.. at.GetProperty("enum").EnumerateArray().Select(value => value.GetString()!)];
    }

    private static IEnumerable<string> Keys(JsonElement schema, string path, JsonElement root)
    {
        foreach (var (key, child) in Children(schema, path, root))
        {
            yield return key;
            foreach (var deeper in Keys(child, key, root))
            {
                yield return deeper;
            }
        }
    }

    private static IEnumerable<(string Key, JsonElement Child)> Children(JsonElement schema, string path, JsonElement root)
    {
        var meant = Meant(schema, root);
        if (meant.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                yield return (path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value);
            }
        }

        if (meant.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object)
        {
            yield return ($"{path}.*", others);
        }
    }

    // What is said in several places stands among the definitions.
    private static JsonElement Meant(JsonElement schema, JsonElement root) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference)
            ? root.GetProperty("definitions").GetProperty(reference.GetString()!.Split('/')[^1])
            : schema;

    private static List<(string Key, bool Has)> Descriptions()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(TopologySamples.SchemaFile));
        return [.. Described(schema.RootElement, "", schema.RootElement)];
    }

    private static IEnumerable<(string Key, bool Has)> Described(JsonElement schema, string path, JsonElement root) =>
        Children(schema, path, root).SelectMany(child => Described(child.Child, child.Key, root).Append((child.Key, child.Child.TryGetProperty("description", out _))));
}
