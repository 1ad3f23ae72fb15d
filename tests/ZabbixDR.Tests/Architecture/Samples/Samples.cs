#pragma warning disable CA1812 // Broken on purpose and small: each breaks one rule, so that the rule is seen to fail.
using System.Management.Automation;

namespace ZabbixDR.Tests.Architecture.Samples.Nodes
{
    internal static class Node
    {
        public static int Number => 1;
    }

    internal static class LooksUp
    {
        public static string In(string text) => string.Concat(text.Select(letter => Deployment.Session.Name + letter));
    }
}

namespace ZabbixDR.Tests.Architecture.Samples.Etcd
{
    internal static class Fine
    {
        public static int Number => Nodes.Node.Number;
    }

    internal static class KnowsANeighbour
    {
        public static async Task<int> AskAsync()
        {
            await Task.Yield();
            return Patroni.Leader.Number;
        }
    }
}

namespace ZabbixDR.Tests.Architecture.Samples.Patroni
{
    internal static class Leader
    {
        public static int Number => 1;
    }
}

namespace ZabbixDR.Tests.Architecture.Samples.Deployment
{
    internal static class Session
    {
        public static string Name => "session";
    }
}

namespace ZabbixDR.Tests.Architecture.Samples.Cellar
{
    internal static class NobodyKnowsMe
    {
        public static string Name => "cellar";
    }
}

namespace ZabbixDR.Tests.Architecture.Samples
{
    internal static class Consent
    {
        public static string AfterConsent(string reason) => reason;
    }

    internal static class TakesConsent
    {
        public static Func<string> Later => () => Consent.AfterConsent("sneaked into a lambda");
    }

    /// <summary>Takes a duration as PowerShell reads it, a limit that may be none, and one that is right.</summary>
    public abstract class TakesDurations
    {
        [Parameter]
        public TimeSpan? Age { get; set; }

        [Parameter]
        [Duration]
        public TimeSpan TimeLimit { get; set; }

        [Parameter]
        [Duration(IsLimit = true)]
        public TimeSpan WaitLimit { get; set; }
    }

    [AttributeUsage(AttributeTargets.Property)]
    public sealed class DurationAttribute : Attribute
    {
        public bool IsLimit { get; set; }
    }

    /// <summary>Shows a dependency's type, writes without saying what, and asks in a Get-.</summary>
    [Cmdlet(VerbsCommon.Get, "TestSample")]
    public sealed class GetTestSampleCommand : PSCmdlet
    {
        [Parameter]
        public List<YamlDotNet.Core.Mark>? Marks { get; set; }

        protected override void ProcessRecord()
        {
            if (AskToChange())
            {
                WriteObject(1);
            }
        }

        private static bool AskToChange() => true;
    }
}
