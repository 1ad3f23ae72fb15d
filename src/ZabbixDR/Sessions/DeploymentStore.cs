using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Sessions;

/// <summary>The deployment that each runspace is connected to: a static alone would leak from one runspace into another.</summary>
internal static class DeploymentStore
{
    private static readonly ConditionalWeakTable<Runspace, DeploymentSession> s_sessions = [];

    /// <summary>The session of the runspace that runs now; null where it has none.</summary>
    public static DeploymentSession? Current => s_sessions.TryGetValue(Runspace.DefaultRunspace, out var session) ? session : null;

    /// <summary>Takes the session as the runspace's own, or takes its own away, and gives the one that was there before.</summary>
    public static DeploymentSession? Exchange(DeploymentSession? session)
    {
        var previous = Current;
        s_sessions.Remove(Runspace.DefaultRunspace);
        if (session is not null)
        {
            s_sessions.Add(Runspace.DefaultRunspace, session);
        }

        return previous;
    }
}
