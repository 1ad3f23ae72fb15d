using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Brings a snapshot file to a member, beside its data.</summary>
internal sealed class CopySnapshotStep : NodeStep
{
    public const string Kind = "copy-snapshot";

    // Ten minutes and a second a megabyte: a line slower than that is not one to recover over.
    private static readonly TimeSpan s_least = TimeSpan.FromMinutes(10);
    private static readonly FileAttributesOnNode s_rootOnly = new("root", "root", UnixFileMode.UserRead | UnixFileMode.UserWrite);

    public CopySnapshotStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    private TimeSpan Limit => Step.TimeLimit;

    public static DrPlanStep Plan(MemberToRestore member, SnapshotToRestore snapshot) => new()
    {
        Id = $"copy-{member.Node.Name}",
        Kind = Kind,
        Node = member.Node.Name,
        What = $"Copy the snapshot ({ByteSize.ToText(snapshot.Size)}) to {member.CopyPath}",
        Why = "The tool that restores reads it on the member's own disk.",
        Commands = [$"(write) {member.CopyPath}"],
        Idempotent = true,
        Proof = $"The copy's SHA-256 is {snapshot.Sha256}.",
        Undo = "The copy is deleted at the end; it does no harm where it is left.",
        TimeLimit = s_least + TimeSpan.FromSeconds(snapshot.Size >> 20),
        Arguments = new Dictionary<string, string>
        {
            ["file"] = snapshot.Path,
            ["sha256"] = snapshot.Sha256,
            ["copy"] = member.CopyPath,
            ["user"] = member.Config.User,
            ["data"] = member.Config.DataDirectory,
        },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (await NodeFiles.StatAsync(Seen, Told("copy"), cancellation).ConfigureAwait(false) is null)
        {
            return StepLook.NotDone("it is not there");
        }

        var digest = await NodeFiles.Sha256Async(Seen, Told("copy"), Limit, cancellation).ConfigureAwait(false);
        return digest == Told("sha256") ? StepLook.Done($"SHA-256 {digest[..12]}…") : StepLook.NotDone($"its SHA-256 is {digest}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await MakeDirectoryAsync(Told("data"), Told("user"), cancellation).ConfigureAwait(false);
        FileStream content;
        try
        {
            content = new FileStream(Told("file"), FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SnapshotNotHere(error);
        }

        await using (content.ConfigureAwait(false))
        {
            await NodeFiles.WriteAsync(Changed, Told("copy"), content, content.Length, s_rootOnly, Limit, cancellation).ConfigureAwait(false);
        }
    }

    private DrException SnapshotNotHere(Exception cause) => DrException.Of(
        DrErrorKind.NotFound,
        Step.Node,
        $"Copying the snapshot {Told("file")}",
        cause.Message,
        "Put the file there on this machine: the run that is resumed was planned with it.",
        cause);
}
