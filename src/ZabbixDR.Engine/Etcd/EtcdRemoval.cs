using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Etcd;

/// <summary>The removal of one member, found to be possible.</summary>
public sealed class EtcdRemoval
{
    private readonly EtcdTarget _voice;

    internal EtcdRemoval(EtcdMember member, bool isHealthy, EtcdTarget voice)
    {
        Member = member;
        IsHealthy = isHealthy;
        _voice = voice;
    }

    /// <summary>The member.</summary>
    public EtcdMember Member { get; }

    /// <summary>True where it does its work: it was perhaps not meant.</summary>
    public bool IsHealthy { get; }

    /// <summary>The member as a person knows it, for questions.</summary>
    public string Text => $"{EtcdQuorum.Show(Member)} ({Member.Id}{(Member.IsLearner ? ", a learner" : "")})";

    /// <summary>Removes it. Its process ends by itself, if it runs; its data directory stays.</summary>
    /// <param name="permit">The yes to the change.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Those of a connection to the member that is asked.</exception>
    public async Task RunAsync(ChangePermit permit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(permit);
        using var connection = EtcdConnection.To(_voice);
        await connection.LogInAsync(cancellation).ConfigureAwait(false);
        await EtcdPatience.WhileUnsettledAsync(() => connection.RemoveAsync(IdOf(Member), cancellation), cancellation).ConfigureAwait(false);
    }

    /// <summary>The id as etcd's API takes it.</summary>
    internal static ulong IdOf(EtcdMember member) => ulong.Parse(member.Id, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
