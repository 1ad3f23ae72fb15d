using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// What <c>pgbackrest check</c> demands of a stanza, by looking alone: nothing is switched, and no right of those who change is needed. The proof that
/// WAL arrives is that every repository has the last segment which the primary's archiver called done.
/// </summary>
public static class JudgeStanza
{
    /// <summary>Judges it.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="timeLimit">The longest that one question to pgBackRest may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The stanza in each repository that has it and the primary's WAL, and a failure for each other one.</returns>
    /// <exception cref="DrException">Those of <see cref="InitializeStanza.PrepareAsync"/>; <c>PortDiffers</c>, <c>ArchivingStopped</c>.</exception>
    public static async Task<(IReadOnlyList<PgBackRestStanza> Stanzas, IReadOnlyList<DrException> Failures)> RunAsync(
        DeploymentSession deployment, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var stanza = await InitializeStanza.PrepareAsync(deployment, upgrade: false, timeLimit, cancellation).ConfigureAwait(false);
        DemandPort(stanza, deployment);
        var archiver = await deployment.Postgres.GetArchiverAsync(stanza.Leader, cancellation).ConfigureAwait(false);
        if (archiver.ArchiveMode == PgArchiveMode.Off || archiver.IsFailing)
        {
            throw ArchivingStopped(archiver);
        }

        // The repositories after the archiver: what is archived in between is there too.
        var held = await deployment.PgBackRest.AtMost(timeLimit).LastArchivedAsync(stanza.Leader, cancellation).ConfigureAwait(false);
        var (good, failures) = (new List<PgBackRestStanza>(), new List<DrException>());
        foreach (var number in deployment.Topology.PgBackRest!.Repositories.Select(repository => repository.Number))
        {
            var (last, done) = (held.GetValueOrDefault(number), WalName.SegmentOf(archiver.LastArchivedWal));
            if (stanza.Found.FirstOrDefault(one => one.Repository == number) is not { } found)
            {
                failures.Add(StanzaNotMade(stanza, number));
            }
            else if (done is not null && !WalName.Reaches(last, done))
            {
                failures.Add(WalElsewhere(stanza, number, done, last));
            }
            else
            {
                good.Add(found with { IsChecked = done is not null });
            }
        }

        return (good, failures);
    }

    // What pgBackRest would say only when it is to work: info asks no server.
    private static void DemandPort(InitializeStanza stanza, DeploymentSession deployment)
    {
        var port = $"{deployment.Topology.Postgres!.Port}";
        if (stanza.Configuration.Text.Find(stanza.Name, "pg1-port") is { } configured && configured != port)
        {
            throw PortDiffers(stanza, configured, port);
        }
    }

    private static DrException PortDiffers(InitializeStanza stanza, string configured, string actual) => DrException.Of(
        DrErrorKind.Precondition,
        stanza.Leader.Name,
        $"Comparing pg1-port of stanza {stanza.Name} in {stanza.Configuration.Path} with the running server",
        $"it is {configured}, and the server answers at {actual}",
        "Run Install-PgBackRestConfiguration.");

    private static DrException ArchivingStopped(PgArchiver archiver) => DrException.Of(
        DrErrorKind.Precondition,
        archiver.Node,
        "Looking whether WAL is archived",
        archiver.ArchiveMode == PgArchiveMode.Off ? "archive_mode is off" : $"the last attempt, of {archiver.LastFailedWal} at {archiver.LastFailedTime:u}, failed",
        archiver.ArchiveMode == PgArchiveMode.Off ? "Turn it on: Enable-PgWalArchiving." : "Debug-DrDeployment -Subject Archiving tells why.");

    private static DrException StanzaNotMade(InitializeStanza stanza, int repository) => DrException.Of(
        DrErrorKind.NotFound,
        stanza.Leader.Name,
        $"Looking for the stanza {stanza.Name}",
        $"repository {repository} does not have it",
        "If it should, the storage is not the right one: check what is mounted there. Else make it: Initialize-PgBackRestStanza.");

    private static DrException WalElsewhere(InitializeStanza stanza, int repository, string done, string? last) => DrException.Of(
        DrErrorKind.InvalidData,
        stanza.Leader.Name,
        $"Looking for the primary's last archived WAL in repository {repository}",
        $"PostgreSQL calls {done} archived, and the repository ends at {last ?? "nothing"}",
        "archive_command pushes to another place: compare it with Get-PgArchiverStatus and Test-PgBackRestConfiguration.");
}
