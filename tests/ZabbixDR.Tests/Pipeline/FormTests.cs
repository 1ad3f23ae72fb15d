using System.Management.Automation;
using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Pipeline;

/// <summary>A value of the wrong form is refused by the parameter, in words.</summary>
public sealed class FormTests
{
    [Theory]
    [InlineData("Get-PgBackRestBackup -Label newest", "'newest' is not the label of a backup set, such as 20260314-020000F or")]
    [InlineData("Get-PgBackRestBackup -Label \"20260314-020000F`n\"", "is not the label of a backup set")]
    [InlineData("Restore-PgPointInTime -TargetLsn 1F000028", "'1F000028' is not a position in the WAL as PostgreSQL writes it, such as 0/1F000028.")]
    [InlineData("Restore-PgPointInTime -TargetName \"a`nb\"", "is not one line of text.")]
    [InlineData("Invoke-PgRestoreDrill -Latest -Directory scratch", "'scratch' is not a path from the root on, of letters,")]
    public void It_is_said_which_form_is_meant(string script, string expected)
    {
        using var session = ModuleSession.Open();

        var error = session.Run(script).SingleError;

        Assert.IsType<ParameterBindingException>(error.Exception, exactMatch: false);
        Assert.Contains(expected, error.Exception.Message, StringComparison.Ordinal);
    }
}
