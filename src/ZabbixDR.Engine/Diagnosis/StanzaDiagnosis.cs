using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>
/// pgBackRest's configuration on each node against the server that runs there, and the stanza in each repository as the primary sees it: what
/// makes stanza-create, check and backup fail.
/// </summary>
internal sealed class StanzaDiagnosis : IDiagnosis
{
    // Where lock-path says nothing (src/build/config/config.yaml).
    private const string UsualLockPath = "/tmp/pgbackrest";

    public DrSubject Subject => DrSubject.Stanza;

    public string? NotApplicable(DrTopology topology) => topology.PgBackRest is null ? "the topology file has no pgbackrest"
        : topology.Postgres is null || topology.Patroni is null ? "the topology file has no postgres or no patroni" : null;

    public async Task<IReadOnlyList<DrFinding>> RunAsync(DiagnosisContext context, CancellationToken cancellation) =>
    [
        .. await DiagnosisContext.OnEachAsync(Subject, context.Servers, (node, stop) => OfNodeAsync(context, node, stop), cancellation).ConfigureAwait(false),
        .. await OfStanzaAsync(context, cancellation).ConfigureAwait(false),
    ];

    private async Task<IReadOnlyList<DrFinding>> OfNodeAsync(DiagnosisContext context, INode node, CancellationToken cancellation)
    {
        var (look, deployment) = (new Look(Subject, node), context.Deployment);
        try
        {
            var configuration = await PgBackRestOnNode.ReadAsync(deployment, node, cancellation).ConfigureAwait(false);
            look.Saw(configuration.Path, $"{configuration.Text.Options.Count} options");
            return await OfConfigurationAsync(look, deployment, configuration, cancellation).ConfigureAwait(false) is { } fault ? [fault]
                : await OfServerAsync(look, context, configuration, cancellation).ConfigureAwait(false) is { } mismatch ? [mismatch]
                : [look.Fine($"{configuration.Path} fits the server that runs there")];
        }
        catch (DrException failure) when (failure.Id is "ConfigurationMissing" or "ConfigurationUnreadable")
        {
            return [look.Fault(failure.Id == "ConfigurationMissing" ? "configuration-missing" : "configuration-unreadable", failure)];
        }
        catch (DrException failure) when (failure.Id == "PostgresNotRunning")
        {
            return [look.Fault("server-silent", failure)];
        }
        catch (DrException failure)
        {
            return [look.Unknown(failure)];
        }
    }

    private static async Task<DrFinding?> OfConfigurationAsync(Look look, DeploymentSession deployment, PgBackRestOnNode configuration, CancellationToken cancellation)
    {
        var client = deployment.PgBackRest;
        if (!configuration.File.Stanzas.Contains(client.Stanza))
        {
            return look.Fault(
                "section-missing",
                $"{configuration.Path} has no section [{client.Stanza}], but {(configuration.File.Stanzas.Count == 0 ? "none at all" : string.Join(", ", configuration.File.Stanzas.Select(name => $"[{name}]")))}",
                "Correct pgbackrest.stanza in the topology file, or run Install-PgBackRestConfiguration.");
        }

        var stop = await StopFileAsync(look, deployment.Topology.Postgres!.User, client.Stanza, configuration, cancellation).ConfigureAwait(false);
        if (stop is not null)
        {
            return look.Fault("stopped", $"somebody ran pgbackrest stop there: {stop} forbids backups and archiving", $"Once the reason is gone, on that node as {deployment.Topology.Postgres!.User}: pgbackrest {(stop.EndsWith("/all.stop", StringComparison.Ordinal) ? "" : $"--stanza={client.Stanza} ")}start");
        }

        var (complaints, failure) = await DrException.TryAsync(() => client.ComplaintsAsync(look.Node, cancellation)).ConfigureAwait(false);
        look.Saw($"{client.StanzasCommand(look.Node)}", failure?.Message ?? (complaints!.Count == 0 ? "no complaint" : string.Join("; ", complaints)));
        return failure is { Id: "ConfigurationRefused" } ? look.Fault("configuration-refused", failure)
            : complaints is { Count: > 0 } ? look.Doubt("configuration-doubtful", $"pgBackRest says of {configuration.Path}: {string.Join("; ", complaints)}", "An option that it does not know does nothing: correct it.")
            : null;
    }

    // pgbackrest stop writes STANZA.stop, or all.stop without a stanza, into the lock path (src/command/control/common.c).
    private static async Task<string?> StopFileAsync(Look look, string user, string stanza, PgBackRestOnNode configuration, CancellationToken cancellation)
    {
        var folder = configuration.Text.Find("global", "lock-path") ?? UsualLockPath;
        var listed = await look.RunAsync(new ObservingCommand("ls", "--", folder) { User = user }, cancellation).ConfigureAwait(false);
        return listed.Lines.FirstOrDefault(name => name == $"{stanza}.stop" || name == "all.stop") is { } file ? $"{folder}/{file}" : null;
    }

    private static async Task<DrFinding?> OfServerAsync(Look look, DiagnosisContext context, PgBackRestOnNode configuration, CancellationToken cancellation)
    {
        var (deployment, stanza) = (context.Deployment, context.Deployment.PgBackRest.Stanza);
        var place = await deployment.Postgres.GetPlaceAsync(look.Node, cancellation).ConfigureAwait(false);
        look.Saw("data_directory of the running server", place.DataDirectory);
        if (configuration.File.DataDirectories.GetValueOrDefault(stanza) is not { } path || path.TrimEnd('/') != place.DataDirectory.TrimEnd('/'))
        {
            return look.Fault(
                "data-directory-differs",
                $"pg1-path in {configuration.Path} is {configuration.File.DataDirectories.GetValueOrDefault(stanza) ?? "not set"}, and the running server's data_directory is {place.DataDirectory}",
                "Correct postgres.dataDirectory in the topology file where that is wrong, then run Install-PgBackRestConfiguration.");
        }

        var settings = await deployment.Postgres.GetSettingsAsync(look.Node, ["port", "unix_socket_directories"], cancellation).ConfigureAwait(false);
        var (port, sockets) = (settings["port"], settings["unix_socket_directories"].Split(',', StringSplitOptions.TrimEntries));
        look.Saw("port and unix_socket_directories of the running server", $"{port}, {string.Join(", ", sockets)}");
        if ((configuration.Text.Find(stanza, "pg1-port") ?? "5432") is var own && own != port)
        {
            return look.Fault("port-differs", $"pg1-port in {configuration.Path} is {own}, and the running server's port is {port}", "Correct postgres.port in the topology file where that is wrong, then run Install-PgBackRestConfiguration.");
        }

        return configuration.Text.Find(stanza, "pg1-socket-path") is { } socket && !sockets.Contains(socket.TrimEnd('/'))
            ? look.Fault("socket-differs", $"pg1-socket-path in {configuration.Path} is {socket}, and the running server has its socket in {string.Join(", ", sockets)}", "Correct postgres.socketDirectory in the topology file where that is wrong, then run Install-PgBackRestConfiguration.")
            : null;
    }

    private async Task<IReadOnlyList<DrFinding>> OfStanzaAsync(DiagnosisContext context, CancellationToken cancellation)
    {
        var primary = await context.PrimaryAsync(cancellation).ConfigureAwait(false);
        var (look, client) = (new Look(Subject, primary.Node), context.Deployment.PgBackRest);
        var cause = context.CauseOn(primary.Node.Name, DrSubject.Storage, DrSubject.S3);
        try
        {
            var content = await client.ReadAsync(primary.Node, null, cancellation).ConfigureAwait(false);
            look.Saw("pgbackrest info", content.Failures.Count == 0 ? "the stanza is in every repository" : string.Join("; ", content.Failures.Select(failure => failure.Id)));
            if (content.Failures.Count > 0)
            {
                return [.. content.Failures.Select(failure => look.Fault(What(failure), failure) with { CausedBy = cause })];
            }

            return await OfDatabaseAsync(look, context, cancellation).ConfigureAwait(false) is { } fault ? [fault] : [look.Fine($"the stanza {client.Stanza} is in every repository and is of this database")];
        }
        catch (DrException failure)
        {
            return [look.Fault(What(failure), failure) with { CausedBy = cause }];
        }
    }

    private static async Task<DrFinding?> OfDatabaseAsync(Look look, DiagnosisContext context, CancellationToken cancellation)
    {
        var place = await context.Deployment.Postgres.GetPlaceAsync(look.Node, cancellation).ConfigureAwait(false);
        foreach (var stanza in await context.Deployment.PgBackRest.StanzasAsync(look.Node, cancellation).ConfigureAwait(false))
        {
            look.Saw($"the database in repository {stanza.Repository}", $"{stanza.SystemIdentifier}, PostgreSQL {stanza.PostgresVersion}");
            if (stanza.PostgresVersion != $"{place.Version}")
            {
                return look.Fault("other-version", $"repository {stanza.Repository} is of PostgreSQL {stanza.PostgresVersion}, and the server's version is {place.Version}", "After a major upgrade run Initialize-PgBackRestStanza -Upgrade, then take a full backup.");
            }

            if (stanza.SystemIdentifier != place.SystemIdentifier)
            {
                return look.Fault("other-database", $"repository {stanza.Repository} is of the database {stanza.SystemIdentifier}, and the server's system identifier is {place.SystemIdentifier}", "Another cluster's backups lie there: take another stanza or another path for this one.");
            }
        }

        return null;
    }

    private static string What(DrException failure) => failure.Id switch
    {
        "StanzaMissing" => "missing",
        "RepositoryMissing" => "repository-empty",
        "StanzaIncomplete" => "damaged",
        "RepositoriesDisagree" => "versions-differ",
        _ => failure.Kind switch
        {
            DrErrorKind.Authentication => "passphrase-wrong",
            DrErrorKind.Permission => "denied",
            _ => "unreadable",
        },
    };
}
