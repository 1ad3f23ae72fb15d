using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// Judges the repositories by themselves: pgBackRest's own verify ends with 0 whatever it finds, and calls a stanza well whose WAL has a hole
/// (pgbackrest#2502). Nothing is changed, no lock taken, no log written.
/// </summary>
public static class JudgeRepositories
{
    /// <summary>12 h for reading everything, room for terabytes.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromHours(12);

    /// <summary>5 min: archive_timeout is one.</summary>
    public static readonly TimeSpan DefaultArchiveDelay = TimeSpan.FromMinutes(5);

    /// <summary>Judges them.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">Is told what is looked at.</param>
    /// <param name="cancellation">Ends it, on the node too.</param>
    /// <returns>One that passes for each aspect of each repository that is well, and one for each thing that is not.</returns>
    /// <exception cref="DrException"><c>SectionMissing</c>, and those of <see cref="ReadBackups"/>.</exception>
    public static async Task<IReadOnlyList<PgBackRestRepositoryCheck>> RunAsync(
        DeploymentSession deployment, RepositoryRequest request, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        progress?.Report(new OperationProgress("Listing the repositories"));
        var listing = TimeSpan.FromTicks(Math.Min(request.TimeLimit.Ticks, ReadRepositories.DefaultTimeLimit.Ticks));
        var read = await ReadRepositories.RunAsync(deployment, request.Repository, listing, cancellation).ConfigureAwait(false);
        var stanza = deployment.PgBackRest.Stanza;
        var checks = read.Failures.Select(failure => Unread(stanza, failure)).ToList();
        foreach (var repository in read.Repositories)
        {
            var judge = new RepositoryJudge(stanza, repository, read.Waiting, request.ArchiveDelay, DateTimeOffset.UtcNow);
            checks.AddRange(judge.Judge());
            if (request.Full)
            {
                progress?.Report(new OperationProgress($"Reading every file of repository {repository.Repository}"));
                var (report, failure) = await DrException.TryAsync(
                    () => deployment.PgBackRest.VerifyAsync(RepositoryHost.Of(deployment, repository.Repository) ?? read.Node!, repository.Repository, request.TimeLimit, cancellation)).ConfigureAwait(false);
                checks.AddRange(report is null ? [judge.Unverified(failure!)] : judge.Judge(report));
            }
        }

        return checks;
    }

    // What was found missing or undecipherable has failed; what could not be looked at is not known.
    private static PgBackRestRepositoryCheck Unread(string stanza, DrException failure)
    {
        var isFound = failure.Kind is DrErrorKind.NotFound or DrErrorKind.InvalidData or DrErrorKind.Authentication or DrErrorKind.Permission;
        return new PgBackRestRepositoryCheck
        {
            Stanza = stanza,
            Aspect = PgBackRestAspect.Info,
            Status = isFound ? ReadinessStatus.Fail : ReadinessStatus.Error,
            Finding = failure.Message,
            Consequence = isFound ? "Nothing in that repository can be restored as it stands; its other aspects were not judged." : "Nothing is known of that repository.",
            Remediation = failure.Remedy,
            Source = failure.Node ?? "",
        };
    }
}
