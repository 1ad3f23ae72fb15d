namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Waits for what comes about by itself.</summary>
internal static class StepWait
{
    /// <summary>Looks again and again until the step is done; how long that may take at most is the step's limit, which ends the wait.</summary>
    /// <param name="work">The step's work.</param>
    /// <param name="pause">Between two looks.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Those of the look.</exception>
    public static async Task UntilDoneAsync(this IStepWork work, TimeSpan pause, CancellationToken cancellation)
    {
        while (!(await work.LookAsync(cancellation).ConfigureAwait(false)).IsDone)
        {
            await Task.Delay(pause, cancellation).ConfigureAwait(false);
        }
    }
}
