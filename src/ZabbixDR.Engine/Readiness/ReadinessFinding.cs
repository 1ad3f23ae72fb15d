namespace ZabbixDR.Engine.Readiness;

/// <summary>What a check found of one subject.</summary>
internal sealed record ReadinessFinding(ReadinessStatus Status)
{
    public string? Node { get; init; }

    public string? Reason { get; init; }

    public string? Expected { get; init; }

    public string? Actual { get; init; }

    public string? Remediation { get; init; }

    public static ReadinessFinding Pass(string? node, string expected, string actual) =>
        new(ReadinessStatus.Pass) { Node = node, Expected = expected, Actual = actual };

    public static ReadinessFinding Warn(string? node, string expected, string actual, string reason, string remediation) =>
        new(ReadinessStatus.Warn) { Node = node, Expected = expected, Actual = actual, Reason = reason, Remediation = remediation };

    public static ReadinessFinding Fail(string? node, string expected, string actual, string reason, string remediation) =>
        new(ReadinessStatus.Fail) { Node = node, Expected = expected, Actual = actual, Reason = reason, Remediation = remediation };

    public static ReadinessFinding Skipped(string reason) => new(ReadinessStatus.Skipped) { Reason = reason };

    /// <summary>The subject could not be asked.</summary>
    public static ReadinessFinding Unknown(DrException failure, string? expected = null) =>
        Unknown(failure.Node, failure.Message, failure.Remedy) with { Expected = expected };

    /// <summary>The subject could not be asked.</summary>
    public static ReadinessFinding Unknown(string? node, string reason, string remediation) =>
        new(ReadinessStatus.Error) { Node = node, Reason = reason, Remediation = remediation };
}
