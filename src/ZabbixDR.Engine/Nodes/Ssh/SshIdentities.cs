using Renci.SshNet;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// The keys that are offered to a host, in ssh's order (OpenSSH sshconnect2.c, pubkey_prepare): those of the agent that a key file names,
/// the agent's others unless IdentitiesOnly, and the files whose key the agent has not.
/// </summary>
internal sealed class SshIdentities
{
    private SshIdentities(IReadOnlyList<IPrivateKeySource> keys, Exception? problem) => (Keys, Problem) = (keys, problem);

    /// <summary>The keys.</summary>
    public IReadOnlyList<IPrivateKeySource> Keys { get; }

    /// <summary>Why there are not more; null where nothing was missed.</summary>
    public Exception? Problem { get; }

    /// <summary>Asks the agent, and reads the files that it does not make superfluous.</summary>
    public static SshIdentities Of(SshTarget target, CancellationToken cancellation)
    {
        Exception? problem = null;
        var agent = Agent(target, ref problem);
        var named = target.IdentityFiles.Select(SshKeyFile.PublicHalf).ToList();
        var keys = new List<IPrivateKeySource>(agent.Where(key => named.Exists(half => Same(half, key))));
        if (!target.IdentitiesOnly)
        {
            keys.AddRange(agent.Where(key => !named.Exists(half => Same(half, key))));
        }

        for (var at = 0; at < named.Count; at++)
        {
            var half = named[at];
            if (!agent.Any(key => Same(half, key)) && Read(target, target.IdentityFiles[at], ref problem, cancellation) is { } key)
            {
                keys.Add(key);
            }
        }

        return new SshIdentities(keys, problem);
    }

    private static bool Same(byte[]? publicHalf, SshAgentKey key) => publicHalf is not null && key.PublicKey.AsSpan().SequenceEqual(publicHalf);

    // An agent that is gone is no reason to give up: the files may do.
    private static IReadOnlyList<SshAgentKey> Agent(SshTarget target, ref Exception? problem)
    {
        try
        {
            return target.Agent is null ? [] : new SshAgent(target.Agent, target.ConnectTimeout).Keys();
        }
        catch (SshAgentException error)
        {
            problem = error;
            return [];
        }
    }

    // Of several keys it is enough that one can be read: ssh's defaults are seldom all there.
    private static PrivateKeyFile? Read(SshTarget target, string file, ref Exception? problem, CancellationToken cancellation)
    {
        try
        {
            return SshKeyFile.Load(file, target, cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A key that is there and cannot be read tells more than one that is missing.
            problem = problem is null or FileNotFoundException or DirectoryNotFoundException ? error : problem;
            return null;
        }
    }
}
