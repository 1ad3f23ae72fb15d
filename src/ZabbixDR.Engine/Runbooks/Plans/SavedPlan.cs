namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>A plan that was read from a file.</summary>
public sealed class SavedPlan
{
    internal SavedPlan(string path, DrPlan plan, byte[] content, IReadOnlyList<PlanApproval> approvals)
    {
        Path = path;
        Plan = plan;
        Content = content;
        Approvals = approvals;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The plan.</summary>
    public DrPlan Plan { get; }

    /// <summary>The bytes of the file that are the plan: what an approval signs.</summary>
    internal byte[] Content { get; }

    /// <summary>The approvals, in the order in which they were given.</summary>
    internal IReadOnlyList<PlanApproval> Approvals { get; }
}
