using System.Text.Json;
using System.Text.Json.Nodes;

namespace ZabbixDR.Engine.Operations.Archiving;

/// <summary>What of archiving is to be changed in Patroni's dynamic configuration, which <c>bootstrap.dcs</c> no longer reaches once the cluster exists.</summary>
/// <param name="Patch">What is sent to PATCH /config; null where all is as it should be.</param>
/// <param name="Changes">The same for people.</param>
internal sealed record DynamicArchiving(JsonObject? Patch, IReadOnlyList<PgSettingChange> Changes)
{
    /// <summary>Compares the configuration with what is wanted.</summary>
    public static DynamicArchiving Of(JsonObject configuration, ArchivingTarget target)
    {
        var (patch, changes) = (new JsonObject(), new List<PgSettingChange>());
        if (Text(configuration, "parameters", "wal_level") is { } level && level.ToLowerInvariant() is not ("replica" or "logical" or "hot_standby"))
        {
            Set("parameters", "wal_level", "replica", "replica");
        }

        if (!ArchivingTarget.IsOn(Text(configuration, "parameters", "archive_mode")))
        {
            Set("parameters", "archive_mode", "on", "on");
        }

        if (!target.IsPush(Text(configuration, "parameters", "archive_command")))
        {
            Set("parameters", "archive_command", target.Push, target.Push);
        }

        if (!target.IsTimeout(ArchivingTarget.Seconds(Text(configuration, "parameters", "archive_timeout"))))
        {
            var seconds = (int)(target.Timeout ?? ArchivingTarget.UsualTimeout).TotalSeconds;
            Set("parameters", "archive_timeout", seconds, $"{seconds}");
        }

        if (!target.IsGet(Text(configuration, "recovery_conf", "restore_command")))
        {
            Set("recovery_conf", "restore_command", target.Get, target.Get);
        }

        return new DynamicArchiving(changes.Count == 0 ? null : new JsonObject { ["postgresql"] = patch }, changes);

        void Set(string section, string name, JsonNode value, string shown)
        {
            patch[section] ??= new JsonObject();
            patch[section]![name] = value;
            var key = $"postgresql.{section}.{name}";
            changes.Add(new PgSettingChange(key, Text(configuration, section, name) is { } old ? ShownValue.Of(key, old) : null, shown));
        }
    }

    private static string? Text(JsonObject configuration, string section, string name) =>
        ((configuration["postgresql"] as JsonObject)?[section] as JsonObject)?[name] is JsonValue value ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() : null;
}
