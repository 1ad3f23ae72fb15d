using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A server of a cluster that is to be recovered, as it was found, and the paths that a run uses there.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Unit">Patroni's unit.</param>
/// <param name="DataDirectory">Its data directory.</param>
/// <param name="BinDirectory">The directory of its programs.</param>
/// <param name="Status">What it says of itself; null where it does not run.</param>
/// <param name="Run">The run.</param>
internal sealed record ServerToRecover(INode Node, string Unit, string DataDirectory, string BinDirectory, PostgresStatus? Status, string Run)
{
    // Line by line: the room on the data directory's file system, then what stands in the way of renaming it and of restoring another in its place.
    private const string Script =
        """
        data=$1
        d=${data%/*}; until [ -d "$d" ]; do d=${d%/*}; d=${d:-/}; done
        df --block-size=1 --output=avail -- "$d" | tail -n 1
        if [ -L "$data" ]; then echo "it is a symbolic link"; fi
        if mountpoint -q -- "$data"; then echo "it is a mount point"; fi
        if [ -L "$data/pg_wal" ]; then echo "its pg_wal is a symbolic link"; fi
        for link in "$data"/pg_tblspc/*; do if [ -L "$link" ]; then echo "it has the tablespace $(readlink -- "$link")"; fi; done
        if [ -e "$data/global/pg_control" ] && ! [ -e "$data/postgresql.conf" ]; then echo "its postgresql.conf lies elsewhere"; fi
        """;

    /// <summary>Where the data that is in use now will lie.</summary>
    public string AsidePath => $"{DataDirectory}.before-{Run}";

    /// <summary>Says that the old data, where there was any, is aside.</summary>
    public string AsideMark => $"{RunJournals.NodeFolder}/{Run}.aside";

    /// <summary>Says that the set is restored.</summary>
    public string RestoredMark => $"{RunJournals.NodeFolder}/{Run}.restored";

    /// <summary>Whether it takes writes.</summary>
    public bool IsWritable => Status is { IsInRecovery: false };

    /// <summary>It, as the steps see it that look who takes writes.</summary>
    public PatroniToReplace ToReplace() => new(Node, Unit, IsWritable, Status?.Timeline ?? 0, Status?.Lsn?.Position ?? 0, Status?.SystemIdentifier);

    /// <summary>What a plan says of it; a standby's timeline follows some time after a promotion, and is left out.</summary>
    public string Found => Status is null
        ? "does not answer"
        : IsWritable ? string.Create(CultureInfo.InvariantCulture, $"database {Status.SystemIdentifier}, takes writes, timeline {Status.Timeline}") : $"database {Status.SystemIdentifier}, takes no writes";

    /// <summary>Looks at it.</summary>
    /// <exception cref="DrException">Its node cannot be reached, or it may take writes and cannot be asked.</exception>
    public static async Task<ServerToRecover> LookAsync(DeploymentSession deployment, INode node, string run, CancellationToken cancellation)
    {
        var paths = new Topology.NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
        var status = await PatroniToReplace.AskAsync(deployment.Postgres, node, cancellation).ConfigureAwait(false);
        return new ServerToRecover(node, paths.PatroniUnit, paths.PostgresDataDirectory!, paths.PostgresBinDirectory!, status, run);
    }

    /// <summary>Demands that another data directory can be put in the place of this one.</summary>
    /// <param name="needed">What that takes, in bytes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>DataDirectoryUnfit</c>, <c>DataRoomMissing</c>.</exception>
    public async Task RequireReplaceableAsync(long needed, CancellationToken cancellation)
    {
        var said = (await Node.RunAsync(new ObservingCommand("sh", "-c", Script, "sh", DataDirectory) { User = "root" }, cancellation).ConfigureAwait(false)).Lines;
        if (said.Count > 1)
        {
            throw PointInTimeErrors.DataDirectoryUnfit(this, string.Join("; ", said.Skip(1)));
        }

        var free = long.Parse(said[0].Trim(), CultureInfo.InvariantCulture);
        if (free < needed)
        {
            throw PointInTimeErrors.DataRoomMissing(this, needed, free);
        }
    }
}
