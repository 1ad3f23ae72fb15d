using System.Management.Automation;
using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Pipeline;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("InvalidInput", ErrorCategory.InvalidArgument)]
    [InlineData("Precondition", ErrorCategory.InvalidOperation)]
    public void What_could_not_be_tried_ends_the_pipeline(string kind, ErrorCategory category)
    {
        using var session = TestCmdlets.Open();

        var run = session.Run("1, 2 | Write-TestFailure $args[0]", kind);

        Assert.Empty(run.Output);
        Check(run.SingleError, category);
    }

    [Theory]
    [InlineData("NotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Unreachable", ErrorCategory.ConnectionError)]
    [InlineData("Timeout", ErrorCategory.OperationTimeout)]
    [InlineData("Authentication", ErrorCategory.AuthenticationError)]
    [InlineData("Permission", ErrorCategory.PermissionDenied)]
    [InlineData("Busy", ErrorCategory.ResourceBusy)]
    [InlineData("DiskFull", ErrorCategory.ResourceUnavailable)]
    [InlineData("InvalidData", ErrorCategory.InvalidData)]
    [InlineData("Remote", ErrorCategory.NotSpecified)]
    public void One_items_failure_lets_the_others_go_on(string kind, ErrorCategory category)
    {
        using var session = TestCmdlets.Open();

        var run = session.Run("1, 2 | Write-TestFailure $args[0]", kind);

        Assert.Equal([2], run.As<int>());
        Check(run.SingleError, category);
    }

    [Fact]
    public void A_failure_obeys_ErrorAction()
    {
        using var session = TestCmdlets.Open();

        Assert.IsType<ActionPreferenceStopException>(session.Run("1, 2 | Write-TestFailure Remote -ErrorAction Stop").Terminated);
        Assert.Empty(session.Run("1 | Write-TestFailure Remote -ErrorAction SilentlyContinue").Errors);
    }

    [Fact]
    public void A_question_that_nobody_can_answer_is_an_error_with_the_way_out()
    {
        using var session = TestCmdlets.Open();

        var error = session.Run("Invoke-TestQuestion -Confirm").SingleError;

        Assert.StartsWith("NobodyToAnswer,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidOperation, error.CategoryInfo.Category);
        Assert.Contains("-Confirm:$false", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal([true], session.Run("Invoke-TestQuestion -Confirm:$false").As<bool>());
    }

    private static void Check(ErrorRecord error, ErrorCategory category)
    {
        Assert.Equal("TestFailed,ZabbixDR.TestCmdlets.WriteTestFailureCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal("pg-siteA", error.TargetObject);
        Assert.Equal("Testing on pg-siteA failed: a failure. Nothing.", error.Exception.Message);
    }
}
