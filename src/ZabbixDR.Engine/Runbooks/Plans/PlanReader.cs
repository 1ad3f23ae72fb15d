using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>Reads what <see cref="PlanYaml"/> wrote, and nothing else: a text that would not be written in the same bytes is refused.</summary>
internal static class PlanReader
{
    /// <summary>Reads a plan.</summary>
    /// <exception cref="InvalidDataException">It is none, or not as the module writes it.</exception>
    public static DrPlan Read(byte[] content)
    {
        DrPlan plan;
        try
        {
            plan = YamlShape.Load(Encoding.UTF8.GetString(content)).Documents is [{ RootNode: YamlMappingNode root }]
                ? Plan(root)
                : throw new InvalidDataException("it does not hold one mapping");
        }
        catch (Exception error) when (error is YamlException or FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException(error.Message, error);
        }

        return Encoding.UTF8.GetBytes(PlanYaml.Of(plan)).AsSpan().SequenceEqual(content)
            ? plan
            : throw new InvalidDataException("it was changed after it was written, or was written by another version: this one would write it otherwise");
    }

    private static DrPlan Plan(YamlMappingNode root) => new()
    {
        Id = Text(root, "plan"),
        Runbook = Text(root, "runbook"),
        Title = Text(root, "title"),
        Deployment = Text(root, "deployment"),
        CreatedAt = DateTimeOffset.ParseExact(Text(root, "createdAt"), "O", CultureInfo.InvariantCulture),
        CreatedBy = Text(root, "createdBy"),
        ModuleVersion = Text(root, "moduleVersion"),
        Undoes = Optional(root, "undoes"),
        Inputs = Map(root, "inputs"),
        Observed = [.. Mappings(root, "observed").Select(fact => new DrObservation(Text(fact, "name"), Text(fact, "value")))],
        Steps = [.. Mappings(root, "steps").Select(Step)],
    };

    private static DrPlanStep Step(YamlMappingNode step) => new()
    {
        Id = Text(step, "id"),
        Kind = Text(step, "kind"),
        Node = Optional(step, "node"),
        What = Text(step, "what"),
        Why = Text(step, "why"),
        Commands = [.. Sequence(step, "commands").Select(Scalar)],
        Destructive = Text(step, "destructive") == "yes",
        Idempotent = Text(step, "idempotent") == "yes",
        Proof = Text(step, "proof"),
        Undo = Text(step, "undo"),
        TimeLimit = Duration(Text(step, "timeLimit")),
        Expected = Optional(step, "expected") is { } expected ? Duration(expected) : null,
        Arguments = Map(step, "arguments"),
    };

    private static TimeSpan Duration(string text) => TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Map(YamlMappingNode parent, string key) => Child(parent, key) is YamlMappingNode map
        ? map.Children.ToDictionary(pair => Scalar(pair.Key), pair => Scalar(pair.Value), StringComparer.Ordinal)
        : throw new FormatException($"{key} is no mapping");

    private static IEnumerable<YamlMappingNode> Mappings(YamlMappingNode parent, string key) =>
        Sequence(parent, key).Select(node => node as YamlMappingNode ?? throw new FormatException($"{key} holds something that is no mapping"));

    private static IEnumerable<YamlNode> Sequence(YamlMappingNode parent, string key) =>
        Child(parent, key) as YamlSequenceNode ?? throw new FormatException($"{key} is no list");

    private static string Text(YamlMappingNode parent, string key) => Optional(parent, key) ?? throw new FormatException($"{key} is missing");

    private static string? Optional(YamlMappingNode parent, string key) => Child(parent, key) is { } node ? Scalar(node) : null;

    private static YamlNode? Child(YamlMappingNode parent, string key) => parent.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;

    private static string Scalar(YamlNode node) => (node as YamlScalarNode)?.Value ?? throw new FormatException("a list or mapping stands where a text belongs");
}
