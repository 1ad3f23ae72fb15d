namespace ZabbixDR.Engine.Tests.Runbooks.Plans;

/// <summary>Plans to be written, compared and signed.</summary>
internal static class PlanSamples
{
    /// <summary>A plan with everything that a plan may hold, and texts that YAML would take for something else.</summary>
    public static DrPlan Whole => new()
    {
        Id = "20261123T120000Z-1f3a",
        Runbook = "EtcdRestore",
        Title = "Restore etcd from süße # \"snapshot\".db: a 😀",
        Deployment = "lab",
        CreatedAt = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567),
        CreatedBy = "bob@mgmt",
        ModuleVersion = "0.1.0+abc",
        Undoes = "20261122T120000Z-beef",
        Inputs = new Dictionary<string, string> { ["snapshot"] = "/tmp/---\n---\n", ["empty"] = "" },
        Observed = [new("etcd-1 etcd", "yes"), new("first", "null"), new("twice", "1"), new("twice", "2")],
        Steps =
        [
            Step("copy-etcd-1", "etcd-1") with
            {
                Commands = ["sh -c 'echo \"$1\"' sh 'it'\\''s'", "- [ ] {a: b}", "~", "0x1f", "2026-11-23"],
                Destructive = true,
                Idempotent = true,
                Expected = TimeSpan.FromSeconds(1.25),
                Arguments = new Dictionary<string, string> { ["command"] = "env\nETCDCTL_API=3\n\n", ["tab"] = "\t\r\n\u0085\u2028\u007f", ["true"] = "false" },
            },
            Step("etcd-healthy", null),
        ],
    };

    public static DrPlanStep Step(string id, string? node) => new()
    {
        Id = id,
        Kind = "copy-snapshot",
        Node = node,
        What = "Copy it",
        Why = "It is read there.",
        Proof = "Its SHA-256.",
        Undo = "None.",
        TimeLimit = TimeSpan.FromMinutes(10.5),
    };
}
