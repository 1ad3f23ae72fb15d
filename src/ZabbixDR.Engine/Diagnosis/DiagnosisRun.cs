using System.Runtime.CompilerServices;
using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>
/// The source document's chapter on troubleshooting, run: each subject's probes, in the order in which one fault leads to the next, so
/// that a symptom can name its cause. It changes nothing.
/// </summary>
public static class DiagnosisRun
{
    /// <summary>
    /// For one subject on all nodes. A store or server that is silent costs a probe's own limit (10 to 60 s); they do not grow with the data,
    /// but for the listing of the archive, which grows with the number of its folders.
    /// </summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromMinutes(3);

    private static readonly IDiagnosis[] s_all = [new StorageDiagnosis(), new S3Diagnosis(), new StanzaDiagnosis(), new ArchivingDiagnosis()];

    /// <summary>Looks at the subjects, one after the other.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="subjects">Which of them are told of; the others are looked at all the same where one of these may follow from them.</param>
    /// <param name="timeLimit">The longest that one subject may take.</param>
    /// <param name="progress">Is told what is looked at.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<DrFinding> RunAsync(
        DeploymentSession deployment,
        IReadOnlyCollection<DrSubject> subjects,
        TimeSpan timeLimit,
        IProgress<OperationProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var context = new DiagnosisContext(deployment, stop.Token);
        try
        {
            foreach (var diagnosis in s_all.Where(one => one.Subject <= subjects.Max()))
            {
                progress?.Report(new OperationProgress($"Looking at {diagnosis.Subject}"));
                var findings = await FindAsync(diagnosis, context, timeLimit, cancellation).ConfigureAwait(false);
                context.Add(findings);
                foreach (var finding in subjects.Contains(diagnosis.Subject) ? findings : [])
                {
                    yield return finding;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<DrFinding>> FindAsync(IDiagnosis diagnosis, DiagnosisContext context, TimeSpan timeLimit, CancellationToken cancellation)
    {
        if (diagnosis.NotApplicable(context.Deployment.Topology) is { } reason)
        {
            return [new DrFinding { Id = Look.Id(diagnosis.Subject, "skipped"), Subject = diagnosis.Subject, Status = ReadinessStatus.Skipped, Finding = reason }];
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeLimit);
        try
        {
            return await diagnosis.RunAsync(context, limit.Token).ConfigureAwait(false);
        }
        catch (DrException failure)
        {
            return [Look.Unknown(diagnosis.Subject, failure)];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [Look.Unknown(diagnosis.Subject, DiagnosisTimedOut(diagnosis.Subject, timeLimit))];
        }
    }

    private static DrException DiagnosisTimedOut(DrSubject subject, TimeSpan limit) => DrException.Of(
        DrErrorKind.Timeout,
        null,
        $"Looking at {subject}",
        $"it was not done within {limit.TotalSeconds:0} s",
        "See with Get-DrNode which nodes answer; -TimeLimit gives it longer.");
}
