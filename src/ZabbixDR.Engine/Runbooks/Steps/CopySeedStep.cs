using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Brings a fresh cluster's first data from the member that it was made on to another: all begin with the very same.</summary>
internal sealed class CopySeedStep : NodeStep
{
    public const string Kind = "copy-seed";

    // Compacted and defragmented, it has some hundred kilobytes, and some more for many users.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private static readonly FileAttributesOnNode s_rootOnly = new("root", "root", UnixFileMode.UserRead | UnixFileMode.UserWrite);
    private readonly RunNodes _nodes;

    public CopySeedStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes) => _nodes = nodes;

    private INode Source => _nodes.Observe(Told("from"));

    public static DrPlanStep Plan(MemberToRestore from, MemberToRestore to) => new()
    {
        Id = $"copy-{to.Node.Name}",
        Kind = Kind,
        Node = to.Node.Name,
        What = $"Copy the new cluster's first data from {from.Node.Name} to {to.CopyPath}",
        Why = "Members that begin with different data would never be one cluster.",
        Commands = [$"(write) {to.CopyPath}"],
        Idempotent = true,
        Proof = $"The SHA-256 is that of {from.CopyPath} on {from.Node.Name}.",
        Undo = "The copy is deleted at the end; it does no harm where it is left.",
        TimeLimit = s_limit,
        Arguments = new Dictionary<string, string>
        {
            ["from"] = from.Node.Name,
            ["source"] = from.CopyPath,
            ["copy"] = to.CopyPath,
            ["data"] = to.Config.DataDirectory,
            ["user"] = to.Config.User,
        },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (await NodeFiles.StatAsync(Seen, Told("copy"), cancellation).ConfigureAwait(false) is null)
        {
            return StepLook.NotDone("it is not there");
        }

        var digest = await NodeFiles.Sha256Async(Seen, Told("copy"), s_limit, cancellation).ConfigureAwait(false);
        var wanted = await NodeFiles.Sha256Async(Source, Told("source"), s_limit, cancellation).ConfigureAwait(false);
        return new StepLook(digest == wanted, $"SHA-256 {digest[..12]}…{(digest == wanted ? "" : $", and on {Told("from")} {wanted[..12]}…")}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await MakeDirectoryAsync(Told("data"), Told("user"), cancellation).ConfigureAwait(false);

        // It holds what passwords are proven by: nothing of it stays here.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var passing = new FileStream(Path.Combine(Path.GetTempPath(), $"zabbixdr-{Guid.NewGuid():N}"), options);
        await using (passing.ConfigureAwait(false))
        {
            await NodeFiles.CopyToAsync(Source, Told("source"), passing, s_limit, cancellation).ConfigureAwait(false);
            passing.Position = 0;
            await NodeFiles.WriteAsync(Changed, Told("copy"), passing, passing.Length, s_rootOnly, s_limit, cancellation).ConfigureAwait(false);
        }
    }
}
