using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Looks once more whether members that are said to be kept off are off.</summary>
internal sealed class KeptOffStep : IStepWork
{
    public const string Kind = "kept-off";
    private readonly DrPlanStep _step;
    private readonly DeploymentSession _deployment;

    public KeptOffStep(DrPlanStep step, DeploymentSession deployment)
    {
        _step = step;
        _deployment = deployment;
    }

    public static DrPlanStep Plan(IReadOnlyCollection<MemberKeptOff> members) => new()
    {
        Id = Kind,
        Kind = Kind,
        What = $"Look whether {string.Join(", ", members.Select(member => member.Name))} can be reached from any node",
        Why = "Nothing at the survivor can keep the old members from being the old cluster, once they run and see each other.",
        Commands = [.. members.SelectMany(member => member.Doors).Select(door => $"(from each node) connect to {door}")],
        Idempotent = true,
        Proof = "No connection is accepted.",
        Undo = "Nothing is changed by it.",
        TimeLimit = TimeSpan.FromMinutes(2),
        Arguments = members.ToDictionary(member => member.Name, member => string.Join(' ', member.Doors)),
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var members = _step.Arguments.Select(told => new MemberKeptOff(told.Key, told.Value.Split(' '))).ToList();
        var answer = await MemberKeptOff.FindAnswerAsync(_deployment, members, cancellation).ConfigureAwait(false);
        return answer is null ? StepLook.Done("none of them accepts a connection") : throw EtcdRepairErrors.EtcdMemberAnswers(answer.Value.Member, answer.Value.Seen);
    }

    public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Task.CompletedTask;
}
