using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Operations.Archiving;

/// <summary>
/// What of archiving is to be changed in a member's patroni.yml: settings there that hide the dynamic configuration, the replica methods, and the source
/// document's leftover <c>bootstrap.method</c>, by which Patroni would restore by itself where it finds neither data nor an initialize key.
/// </summary>
/// <param name="Text">The text as it shall be.</param>
/// <param name="Changes">What differs.</param>
internal sealed record MemberArchiving(YamlText Text, IReadOnlyList<PgSettingChange> Changes)
{
    private const string Method = "pgbackrest";
    private const string Fallback = "basebackup";
    private static readonly string[] s_local = ["archive_mode", "archive_command", "archive_timeout"];

    /// <summary>Compares a member's file with what is wanted.</summary>
    /// <exception cref="DrException"><c>YamlEditRefused</c>.</exception>
    public static MemberArchiving Of(YamlText text, ArchivingTarget target)
    {
        var edit = new Edit(text);
        TakeBootstrapOut(edit, target);
        foreach (var name in s_local)
        {
            edit.Remove("postgresql", "parameters", name);
        }

        // Unlike the parameters, a recovery_conf here takes the whole one's place in the dynamic configuration (patroni/config.py).
        if (text.Find("postgresql", "recovery_conf") is { IsNull: false } && !target.IsGet(text.Scalar("postgresql", "recovery_conf", "restore_command")))
        {
            edit.Set(YamlValue.Quoted(target.Get), target.Get, "postgresql", "recovery_conf", "restore_command");
        }

        ListMethod(edit);
        DescribeMethod(edit, target);
        return new MemberArchiving(edit.Text, edit.Changes);
    }

    private static void TakeBootstrapOut(Edit edit, ArchivingTarget target)
    {
        if (edit.Text.Scalar("bootstrap", "method") is not { } method)
        {
            return;
        }

        var command = edit.Text.Scalar("bootstrap", method, "command");
        if (method == Method || command is not null && command.Contains("pgbackrest", StringComparison.Ordinal) && command.Contains(target.Stanza, StringComparison.Ordinal))
        {
            edit.Remove("bootstrap", "method");
            edit.Remove("bootstrap", method);
        }
    }

    // Patroni tries them in their order; the older name of the list is read where the newer is not there.
    private static void ListMethod(Edit edit)
    {
        var key = edit.Text.Find("postgresql", "create_replica_methods") is null && edit.Text.Find("postgresql", "create_replica_method") is not null ? "create_replica_method" : "create_replica_methods";
        if (edit.Text.Words("postgresql", key) is not { } methods)
        {
            edit.Set(YamlValue.List(Method, Fallback), $"[{Method}, {Fallback}]", "postgresql", key);
            return;
        }

        var (at, fallback) = (IndexOf(methods, Method), IndexOf(methods, Fallback));
        if (at >= 0 && fallback > at)
        {
            return;
        }

        edit.Relist(
            text =>
            {
                var listed = at >= 0 && fallback >= 0 ? text.RemoveItem(at, "postgresql", key) : text;
                var first = at >= 0 && fallback < 0 ? listed : listed.InsertItem(Math.Max(fallback, 0), YamlValue.Word(Method), "postgresql", key);
                return fallback >= 0 ? first : first.InsertItem(first.Words("postgresql", key)!.Count, YamlValue.Word(Fallback), "postgresql", key);
            },
            "postgresql",
            key);
    }

    private static void DescribeMethod(Edit edit, ArchivingTarget target)
    {
        if (!target.IsRestore(edit.Text.Scalar("postgresql", Method, "command")))
        {
            edit.Set(YamlValue.Quoted(target.Restore), target.Restore, "postgresql", Method, "command");
        }

        foreach (var flag in new[] { "keep_data", "no_params" })
        {
            // As PyYAML reads them.
            if (edit.Text.Scalar("postgresql", Method, flag)?.ToLowerInvariant() is not ("true" or "yes" or "on"))
            {
                edit.Set(YamlValue.Bare("true"), "true", "postgresql", Method, flag);
            }
        }

        // Patroni hands it on to pgBackRest, which refuses it (031) after the data directory was removed.
        edit.Remove("postgresql", Method, "keep_existing_recovery_conf");
    }

    private static int IndexOf(IReadOnlyList<string> words, string word) => words.TakeWhile(one => one != word).Count() is var at && at < words.Count ? at : -1;

    private sealed class Edit(YamlText text)
    {
        public YamlText Text { get; private set; } = text;

        public List<PgSettingChange> Changes { get; } = [];

        public void Set(YamlValue value, string shown, params string[] path)
        {
            Changes.Add(new PgSettingChange(string.Join('.', path), Shown(path).Select(one => one.Value).FirstOrDefault(), shown));
            Text = Text.Set(value, path);
        }

        public void Remove(params string[] path)
        {
            if (Text.Find(path) is not null)
            {
                Changes.AddRange(Shown(path).Select(one => new PgSettingChange(one.Key, one.Value, null)));
                Text = Text.Remove(path);
            }
        }

        public void Relist(Func<YamlText, YamlText> change, params string[] path)
        {
            var before = Text.Words(path)!;
            Text = change(Text);
            Changes.Add(new PgSettingChange(string.Join('.', path), $"[{string.Join(", ", before)}]", $"[{string.Join(", ", Text.Words(path)!)}]"));
        }

        private IEnumerable<(string Key, string Value)> Shown(string[] path) => Text.Find(path) is { } node ? Leaves(node, string.Join('.', path)) : [];

        private static IEnumerable<(string Key, string Value)> Leaves(SourceNode node, string key) => node.Resolved switch
        {
            { Kind: SourceKind.Mapping, Entries.Count: > 0 } mapping => mapping.Entries.SelectMany(entry => Leaves(entry.Value, $"{key}.{entry.Key.Value}")),
            { Kind: SourceKind.Scalar } scalar => [(key, ShownValue.Of(key, scalar.Value))],
            { Items.Count: > 0 } list => list.Items.SelectMany((item, index) => Leaves(item, $"{key}.{index}")),
            _ => [(key, "(nothing)")],
        };
    }
}
