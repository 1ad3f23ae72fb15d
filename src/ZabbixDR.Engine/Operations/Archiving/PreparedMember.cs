using System.Text;
using YamlDotNet.Core;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Topology;
using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Operations.Archiving;

/// <summary>A member as it was found: its patroni.yml byte for byte, and what is to be changed in it.</summary>
internal sealed record PreparedMember(INode Node, NodeFile File, byte[] Content, MemberArchiving Wanted, IReadOnlyDictionary<string, string> AlterSystem)
{
    private const int LargestFile = 1024 * 1024;
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] s_settings = ["archive_mode", "archive_command", "archive_timeout", "wal_level", "restore_command"];

    /// <summary>What the file shall hold.</summary>
    public byte[] NewContent => s_strict.GetBytes(Wanted.Text.ToString());

    /// <summary>The copy that is kept of the file as it was.</summary>
    public string AsideAt(DateTimeOffset now) => FormattableString.Invariant($"{File.Path}.{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");

    /// <summary>Reads a node. Nothing is changed.</summary>
    /// <exception cref="DrException">
    /// <c>PatroniFileMissing</c>, <c>PatroniFileIsLink</c>, <c>PatroniFileUnreadable</c>, <c>PatroniFileOfOther</c>, <c>YamlEditRefused</c>, <c>SettingOverridden</c>, those of
    /// <see cref="PatroniClient"/> and of <see cref="INode"/>.
    /// </exception>
    public static async Task<PreparedMember> ReadAsync(DeploymentSession deployment, INode node, ArchivingTarget target, CancellationToken cancellation)
    {
        // One whose Patroni is away would keep its old settings, and nobody would know.
        await deployment.Patroni.GetStatusAsync(node, cancellation).ConfigureAwait(false);
        var paths = new NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
        var unit = await PatroniUnit.ReadAsync(node, paths.PatroniUnit, cancellation).ConfigureAwait(false);
        var path = unit.ConfigFile ?? paths.PatroniConfigFile;
        var file = await NodeFiles.StatAsync(node, path, cancellation).ConfigureAwait(false) ?? throw PatroniFileMissing(node.Name, path);
        if (file.Kind != NodeFileKind.File)
        {
            throw PatroniFileIsLink(node.Name, path);
        }

        var content = await NodeFiles.ReadAsync(node, path, LargestFile, cancellation).ConfigureAwait(false);
        var text = Text(node.Name, path, content);
        var member = PatroniFile.Parse(node.Name, path, text.ToString().TrimStart('\ufeff'));
        if (member.Scope != deployment.Patroni.Settings.Scope)
        {
            throw PatroniFileOfOther(node.Name, path, member.Scope, deployment.Patroni.Settings.Scope);
        }

        var overrides = await AlterSystemAsync(deployment, node, member.DataDirectory ?? paths.PostgresDataDirectory!, target, cancellation).ConfigureAwait(false);
        try
        {
            return new PreparedMember(node, file, content, MemberArchiving.Of(text, target), overrides);
        }
        catch (DrException refused) when (refused.Node is null)
        {
            throw refused.At($"{node.Name}, {path}");
        }
    }

    /// <summary>Puts the new file in the old one's place, which is copied aside before, with owner and mode as they were.</summary>
    /// <returns>The copy.</returns>
    /// <exception cref="DrException"><c>PatroniFileChanged</c>, those of <see cref="NodeFiles"/>.</exception>
    public async Task<string> WriteAsync(IChangingNode node, DateTimeOffset now, CancellationToken cancellation)
    {
        await RequireUnchangedAsync(cancellation).ConfigureAwait(false);
        var aside = AsideAt(now);
        await node.RunAsync(new ChangingCommand("cp", "-pT", "--", File.Path, aside) { User = "root" }, cancellation).ConfigureAwait(false);
        await NodeFiles.WriteAsync(node, File.Path, NewContent, new FileAttributesOnNode(File.Owner, File.Group, File.Mode), cancellation).ConfigureAwait(false);
        return aside;
    }

    /// <summary>Somebody may have edited the file while the question waited for its answer.</summary>
    public async Task RequireUnchangedAsync(CancellationToken cancellation)
    {
        if (!(await NodeFiles.ReadAsync(Node, File.Path, LargestFile, cancellation).ConfigureAwait(false)).AsSpan().SequenceEqual(Content))
        {
            throw PatroniFileChanged(Node.Name, File.Path);
        }
    }

    private static YamlText Text(string node, string path, byte[] content)
    {
        try
        {
            return YamlText.Parse(s_strict.GetString(content));
        }
        catch (Exception error) when (error is YamlException or DecoderFallbackException)
        {
            throw PatroniFileUnreadable(node, path, error is YamlException { Start.Line: var line } ? $"line {line} cannot be read as YAML" : "it is not UTF-8", error);
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> AlterSystemAsync(
        DeploymentSession deployment, INode node, string directory, ArchivingTarget target, CancellationToken cancellation)
    {
        var path = $"{directory}/{AutoConf.FileName}";
        var text = await NodeFiles.ReadTextAsync(node, path, cancellation, deployment.Topology.Postgres!.User).ConfigureAwait(false);
        var set = AutoConf.Read(text ?? "", s_settings);
        foreach (var (name, value) in set)
        {
            if (!Agrees(target, name, value))
            {
                throw SettingOverridden(node.Name, path, name, ShownValue.Of(name, value));
            }
        }

        return set;
    }

    private static bool Agrees(ArchivingTarget target, string name, string value) => name switch
    {
        "archive_mode" => ArchivingTarget.IsOn(value),
        "archive_command" => target.IsPush(value),
        "archive_timeout" => target.IsTimeout(ArchivingTarget.Seconds(value)),
        "restore_command" => target.IsGet(value),
        _ => value is "replica" or "logical",
    };

    private static DrException PatroniFileMissing(string node, string path) => DrException.Of(
        DrErrorKind.Precondition, node, $"Reading {path}", "there is no such file", "Give Patroni's configuration file as patroni.configFile in the topology file.");

    private static DrException PatroniFileIsLink(string node, string path) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Reading {path}",
        "it is a link or a directory, and would be replaced by a file",
        "Edit what it leads to where that is kept, or give the file itself as patroni.configFile in the topology file.");

    private static DrException PatroniFileUnreadable(string node, string path, string cameBack, Exception cause) => DrException.Of(
        DrErrorKind.Precondition, node, $"Reading {path}", cameBack, "Correct the file; patroni --validate-config tells what is wrong in it.", cause);

    private static DrException PatroniFileOfOther(string node, string path, string? scope, string wanted) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Reading {path}",
        $"it is of the cluster {scope ?? "without a name"}, not of {wanted}",
        "Correct patroni.scope or patroni.configFile in the topology file.");

    private static DrException PatroniFileChanged(string node, string path) => DrException.Of(
        DrErrorKind.Precondition, node, $"Writing {path}", "somebody changed it since it was read", "Run the command again: it looks at the file anew.");

    private static DrException SettingOverridden(string node, string path, string name, string value) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        "Looking for settings that win over Patroni's",
        $"ALTER SYSTEM has set {name} to '{value}' ({path})",
        $"Take it back there as a superuser, ALTER SYSTEM RESET {name}, then run the command again. Nothing was changed.");
}
