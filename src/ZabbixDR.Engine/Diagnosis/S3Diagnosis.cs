using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>
/// Repositories in an object store: its name, the way to it, its certificate, the clock, and what it has against the keys, the bucket and the
/// region, as the node's own pgbackrest.conf has them. Secrets are never read: whether they are right, the store says.
/// </summary>
internal sealed class S3Diagnosis : IDiagnosis
{
    public DrSubject Subject => DrSubject.S3;

    public string? NotApplicable(DrTopology topology) => topology.PgBackRest is null
        ? "the topology file has no pgbackrest"
        : !topology.PgBackRest.Repositories.Any(IsThere) ? "no repository lies in an object store" : null;

    public Task<IReadOnlyList<DrFinding>> RunAsync(DiagnosisContext context, CancellationToken cancellation) => DiagnosisContext.OnEachAsync(
        Subject,
        context.Reaching(IsThere),
        async (node, stop) =>
        {
            var configuration = await PgBackRestOnNode.ReadAsync(context.Deployment, node, stop).ConfigureAwait(false);
            var findings = new List<DrFinding>();
            foreach (var repository in RepositoryHost.ReachedBy(context.Deployment.Topology, node.Definition).Where(IsThere))
            {
                findings.AddRange(await LookAsync(context, new Look(Subject, node), configuration, repository, stop).ConfigureAwait(false));
            }

            return findings;
        },
        cancellation);

    private static bool IsThere(RepositorySettings repository) => repository.Type == RepositoryType.S3;

    private static async Task<IReadOnlyList<DrFinding>> LookAsync(
        DiagnosisContext context, Look look, PgBackRestOnNode configuration, RepositorySettings repository, CancellationToken cancellation)
    {
        var store = ObjectStoreOnNode.Of(configuration, context.Deployment.PgBackRest.Stanza, repository);
        var drift = store.Differences(repository) is { Count: > 0 } differences
            ? look.Doubt("settings-differ", $"{configuration.Path} differs from the topology file: {string.Join("; ", differences)}", "Where the topology is right, run Install-PgBackRestConfiguration; else correct the topology file.")
            : null;
        if (store.Endpoint is null)
        {
            return [drift!];
        }

        try
        {
            var fault = await OfWayAsync(look, store, cancellation).ConfigureAwait(false)
                ?? await OfUriStyleAsync(look, store, cancellation).ConfigureAwait(false)
                ?? await OfAnswerAsync(context, look, store, repository, cancellation).ConfigureAwait(false);
            return (fault, drift) switch
            {
                (null, null) => [look.Fine($"the store answers, and opens the bucket {store.Bucket} to the keys of that node")],
                (null, _) => [drift],
                (_, null) => [fault],
                _ => [drift, fault with { CausedBy = drift.Id }],
            };
        }
        catch (DrException failure)
        {
            return [.. drift is null ? Array.Empty<DrFinding>() : [drift], look.Unknown(failure)];
        }
    }

    // Without a signature a store answers with 403 or a redirection: that it answers is what counts, and its clock comes with it.
    private static async Task<DrFinding?> OfWayAsync(Look look, ObjectStoreOnNode store, CancellationToken cancellation)
    {
        var asked = await look.RunAsync(store.Ask(), cancellation).ConfigureAwait(false);
        var said = asked.Error.Trim().Split('\n')[^1];
        var (name, port) = (store.Endpoint!, store.Port);
        return asked.ExitCode switch
        {
            0 => Clock(look, asked.Output, (await look.RunAsync(new ObservingCommand("date", "--utc", "+%s"), cancellation).ConfigureAwait(false)).Output),
            6 => look.Fault("name-unknown", $"the name {name} is not known there", "Correct repo-s3-endpoint, or the node's name service."),
            7 => look.Fault("unreachable", $"nothing accepts connections at {name}:{port}: {said}", "See whether the store runs, and repo-storage-port and firewalls on the way."),
            28 => look.Fault("silent", $"{name}:{port} does not answer: {said}", "See whether the store runs, and whether a firewall on the way drops packets. Archiving waits as long: WAL heaps up on the primary."),
            58 or 60 or 77 => look.Fault("certificate", $"the certificate of {name} is not trusted there: {said}", "Name the authority that vouches for it in repo-storage-ca-file, or renew the certificate. repo-storage-verify-tls=n would let anybody in between read the backups."),
            35 or 56 => look.Fault("no-tls", $"{name}:{port} does not speak TLS as it should: {said}", "pgBackRest speaks TLS alone: see repo-storage-port, and what listens there."),
            127 => look.Doubt("curl-missing", "curl is not there, so the way to the store could not be looked at", "Install curl on the node."),
            _ => look.Fault("no-answer", $"{name}:{port} gave no answer to curl: {said}", "The message is curl's own."),
        };
    }

    // S3 refuses a request whose time is 15 minutes off (RequestTimeTooSkewed, Amazon S3 API reference, error responses); pgBackRest signs with the node's clock.
    private static DrFinding? Clock(Look look, string headers, string seconds)
    {
        var date = headers.Split('\n').FirstOrDefault(line => line.StartsWith("date:", StringComparison.OrdinalIgnoreCase))?[5..].Trim();
        if (!DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var store) || !long.TryParse(seconds.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var own))
        {
            return null;
        }

        var skew = DateTimeOffset.FromUnixTimeSeconds(own) - store;
        look.Saw("the node's clock against the store's", $"{skew.TotalSeconds:0} s");
        return skew.Duration() < TimeSpan.FromMinutes(15) ? null : look.Fault(
            "clock-skew",
            $"the node's clock is {skew.Duration().TotalMinutes:0} min {(skew < TimeSpan.Zero ? "behind" : "ahead of")} the store's: requests signed by it are refused",
            "Look at chronyc tracking or timedatectl on the node; where all nodes differ alike, it is the store's clock.");
    }

    private static async Task<DrFinding?> OfUriStyleAsync(Look look, ObjectStoreOnNode store, CancellationToken cancellation)
    {
        if (store.IsPathStyle)
        {
            return null;
        }

        var host = $"{store.Bucket}.{store.Endpoint}";
        return (await look.RunAsync(new ObservingCommand("getent", "ahosts", host), cancellation).ConfigureAwait(false)).ExitCode == 0 ? null : look.Fault(
            "uri-style",
            $"pgBackRest asks the host {host} for the bucket, and that name is not known there, though {store.Endpoint} is",
            "Stores other than Amazon's mostly want repo-s3-uri-style=path: set uriStyle: path in the topology file and run Install-PgBackRestConfiguration.");
    }

    // info tells the store's answer with its code; repo-ls asks with HEAD first, to which no store gives a reason. A stanza that is missing there, or a passphrase that does not fit, is no fault of the store.
    private static async Task<DrFinding?> OfAnswerAsync(DiagnosisContext context, Look look, ObjectStoreOnNode store, RepositorySettings repository, CancellationToken cancellation)
    {
        var (content, unread) = await DrException.TryAsync(() => context.Deployment.PgBackRest.ReadAsync(look.Node, repository.Number, cancellation)).ConfigureAwait(false);
        var failure = unread ?? content!.Failures.FirstOrDefault(one => S3Refusal.Find(one.Message) is not null || one.Kind is not (DrErrorKind.NotFound or DrErrorKind.InvalidData or DrErrorKind.Authentication));
        var refusal = failure is null ? null : S3Refusal.Find(failure.Message);
        look.Saw($"pgbackrest info --repo={repository.Number}", failure is null ? "the repository can be read" : refusal?.Answer ?? failure.Id);
        return failure is null ? null
            : refusal is null ? look.Fault("refused", failure)
            : look.Fault(refusal.What, refusal.Sentence(store), refusal.Remedy);
    }
}
