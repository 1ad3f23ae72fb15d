using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>Repositories in a file system of the nodes: the server behind it, the mount, its owner, whether it can be written, and its room.</summary>
internal sealed class StorageDiagnosis : IDiagnosis
{
    // NFS 4; version 3 needs the port mapper besides.
    private const int NfsPort = 2049;

    // A segment is pushed every archive_timeout, and another one comes while it is: 16 MiB each, unless initdb was told otherwise.
    private const long LeastRoom = 2 * 16L * 1024 * 1024;

    // What lies on a server that hangs never answers. Independent of the amount of data: only names and attributes are asked for.
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);

    // The stanza's folders and the sets' within: grows with the number of sets, at some thousand a second.
    private static readonly TimeSpan s_walk = TimeSpan.FromSeconds(30);

    public DrSubject Subject => DrSubject.Storage;

    public string? NotApplicable(DrTopology topology) => topology.PgBackRest is null
        ? "the topology file has no pgbackrest"
        : !topology.PgBackRest.Repositories.Any(IsDirectory) ? "every repository lies in an object store" : null;

    public Task<IReadOnlyList<DrFinding>> RunAsync(DiagnosisContext context, CancellationToken cancellation) => DiagnosisContext.OnEachAsync(
        Subject,
        context.Reaching(IsDirectory),
        async (node, stop) =>
        {
            var findings = new List<DrFinding>();
            foreach (var repository in RepositoryHost.ReachedBy(context.Deployment.Topology, node.Definition).Where(IsDirectory))
            {
                findings.Add(await LookAsync(new Look(Subject, node), repository, context.Deployment.PgBackRest.UserOn(node.Definition), stop).ConfigureAwait(false));
            }

            return findings;
        },
        cancellation);

    private static bool IsDirectory(RepositorySettings repository) => repository.Type != RepositoryType.S3;

    private static async Task<DrFinding> LookAsync(Look look, RepositorySettings repository, string user, CancellationToken cancellation)
    {
        try
        {
            return await OfServerAsync(look, repository, cancellation).ConfigureAwait(false)
                ?? await OfMountAsync(look, repository, cancellation).ConfigureAwait(false)
                ?? await OfRightsAsync(look, repository, user, cancellation).ConfigureAwait(false)
                ?? await OfRoomAsync(look, repository, user, cancellation).ConfigureAwait(false)
                ?? look.Fine($"{repository.Path} is there, {user} can write it, and it has room");
        }
        catch (DrException failure) when (failure.Kind == DrErrorKind.Timeout)
        {
            return look.Fault(
                "hangs",
                $"{repository.Path} does not answer: {failure.Message}",
                repository.Server is { } server
                    ? $"{server} does not serve it any more, and what touches it hangs, archiving included. Bring the server back; else umount -f -l {repository.Mount} and mount it anew."
                    : "Look at the node's kernel log, and at the device beneath.");
        }
        catch (DrException failure)
        {
            return look.Unknown(failure);
        }
    }

    private static async Task<DrFinding?> OfServerAsync(Look look, RepositorySettings repository, CancellationToken cancellation)
    {
        if (repository is not { Type: RepositoryType.Nfs, Server: { } server })
        {
            return null;
        }

        if ((await look.RunAsync(new ObservingCommand("getent", "ahosts", server), cancellation).ConfigureAwait(false)).ExitCode != 0)
        {
            return look.Fault("server-unknown", $"the name {server} is not known there", "Correct pgbackrest.repository.server in the topology file, or the node's name service.");
        }

        // bash is where no nc is; it opens the connection and closes it again.
        var knock = new ObservingCommand("bash", "-c", "exec 3<>\"/dev/tcp/$0/$1\"", server, NfsPort.ToString(CultureInfo.InvariantCulture))
        {
            TimeLimit = s_answer,
            Title = $"a connection to {server}, TCP {NfsPort}",
        };
        var (answer, failure) = await DrException.TryAsync(() => look.RunAsync(knock, cancellation)).ConfigureAwait(false);
        if (failure is { Kind: not DrErrorKind.Timeout })
        {
            throw failure;
        }

        var said = failure is null ? answer!.Error.Trim() : $"no answer within {s_answer.TotalSeconds:0} s";
        return failure is null && answer!.ExitCode == 0 ? null : look.Fault(
            "server-silent",
            $"the file server {server} cannot be reached from there: {said[(said.LastIndexOf(": ", StringComparison.Ordinal) is >= 0 and var at ? at + 2 : 0)..]}",
            $"See whether it runs, and whether a firewall lets TCP {NfsPort} through from this node; on the server, exportfs -v must list {repository.Export} for it.");
    }

    private static async Task<DrFinding?> OfMountAsync(Look look, RepositorySettings repository, CancellationToken cancellation)
    {
        try
        {
            await RepositoryGuard.DemandAsync(look.Node, repository, cancellation).ConfigureAwait(false);
            if (repository.Mount is { } mount)
            {
                look.Saw("/proc/self/mountinfo", $"{mount} is mounted as the topology means it");
            }

            return null;
        }
        catch (DrException failure) when (failure.Kind == DrErrorKind.Precondition)
        {
            return look.Fault(
                failure.Id switch
                {
                    "RepositoryNotMounted" => "not-mounted",
                    "RepositoryReadOnly" => "read-only",
                    _ => "mount-differs",
                },
                failure);
        }
    }

    private static async Task<DrFinding?> OfRightsAsync(Look look, RepositorySettings repository, string user, CancellationToken cancellation)
    {
        var path = repository.Path;
        var described = await look.RunAsync(new ObservingCommand("stat", "--format=%U:%G %a %F", "--", path) { User = user, TimeLimit = s_answer }, cancellation).ConfigureAwait(false);
        if (described.ExitCode != 0)
        {
            return described.Error.Contains("No such file", StringComparison.Ordinal)
                ? look.Fault("path-missing", $"{path} is not there", "Mount the storage, or correct the repository's path. Only for a new repository: make it with Initialize-PgBackRestStanza.")
                : look.Fault("denied", $"{user} may not look at {path}: {described.Error.Trim()}", $"Give {user} the right to every directory above it.");
        }

        var owner = described.Output.Split(':')[0];
        if ((await look.RunAsync(new ObservingCommand("test", "-w", path, "-a", "-x", path) { User = user, TimeLimit = s_answer }, cancellation).ConfigureAwait(false)).ExitCode != 0)
        {
            var mounted = await look.RunAsync(new ObservingCommand("findmnt", "--noheadings", "--output=SOURCE,FSTYPE,OPTIONS", "--target", path) { TimeLimit = s_answer }, cancellation).ConfigureAwait(false);
            return mounted.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var options] && options.Trim().Split(',').Contains("ro")
                ? look.Fault("read-only", $"the file system with {path} is mounted read-only", "Mount it for writing. One that became read-only by itself has met an error: look at the node's kernel log first.")
                : owner == user
                    ? look.Fault("not-writable", $"{path} belongs to {user}, who may not write it: its mode is {described.Output.Trim()}", $"chmod u+rwx {path}")
                    : OwnerDiffers(path, owner);
        }

        // find wants to come back to where it started, which may be a folder that is not this user's.
        var strange = await look.RunAsync(new ObservingCommand("env", "--chdir=/", "find", path, "-maxdepth", "3", "!", "-user", user, "-printf", "%u %p\\n", "-quit") { User = user, TimeLimit = s_walk }, cancellation).ConfigureAwait(false);
        return strange.Output.Trim().Split(' ', 2) is [var other, var file] ? OwnerDiffers(file, other) : null;

        DrFinding OwnerDiffers(string file, string other) => look.Fault(
            "owner-differs", $"{file} belongs to {other}, and pgBackRest runs as {user}", $"Somebody wrote the repository as {other} once: chown -R {user} {path}, after a look at who still does.");
    }

    private static async Task<DrFinding?> OfRoomAsync(Look look, RepositorySettings repository, string user, CancellationToken cancellation)
    {
        var room = await look.RunAsync(new ObservingCommand("df", "--block-size=1", "--output=avail,iavail", "--", repository.Path) { User = user, TimeLimit = s_answer }, cancellation).ConfigureAwait(false);
        if (room.Lines is not [_, var line] || line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var bytes, var nodes] || !long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var free))
        {
            return look.Doubt("room-unknown", $"df says nothing of the room at {repository.Path}: {room.Error.Trim()}", "Look there by hand.");
        }

        // A file system without a fixed number of files says "-".
        return free >= LeastRoom && nodes != "0" ? null : look.Fault(
            "full",
            nodes == "0" ? $"the file system with {repository.Path} has no room for another file" : $"the file system with {repository.Path} has {ByteSize.ToText(free)} left, less than two WAL segments",
            "Make it larger, or expire sets: archiving stands until there is room, and WAL heaps up on the primary meanwhile.");
    }
}
