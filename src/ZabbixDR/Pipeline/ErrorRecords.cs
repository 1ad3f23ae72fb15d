using System.Management.Automation;
using ZabbixDR.Engine;

namespace ZabbixDR.Pipeline;

/// <summary>The one place where the engine's failures become PowerShell's.</summary>
internal static class ErrorRecords
{
    /// <summary>The record: its id is the failure's, its target the node.</summary>
    public static ErrorRecord From(DrException failure) => new(failure, failure.Id, CategoryOf(failure.Kind), failure.Node);

    /// <summary>True where nothing could be tried: bad input or a broken precondition, with nothing changed.</summary>
    public static bool EndsThePipeline(DrException failure) => failure.Kind is DrErrorKind.InvalidInput or DrErrorKind.Precondition;

    private static ErrorCategory CategoryOf(DrErrorKind kind) => kind switch
    {
        DrErrorKind.InvalidInput => ErrorCategory.InvalidArgument,
        DrErrorKind.Precondition => ErrorCategory.InvalidOperation,
        DrErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        DrErrorKind.Unreachable => ErrorCategory.ConnectionError,
        DrErrorKind.Timeout => ErrorCategory.OperationTimeout,
        DrErrorKind.Authentication => ErrorCategory.AuthenticationError,
        DrErrorKind.Permission => ErrorCategory.PermissionDenied,
        DrErrorKind.Busy => ErrorCategory.ResourceBusy,
        DrErrorKind.DiskFull => ErrorCategory.ResourceUnavailable,
        DrErrorKind.InvalidData => ErrorCategory.InvalidData,
        _ => ErrorCategory.NotSpecified,
    };
}
