using System.Runtime.CompilerServices;

namespace ZabbixDR.Engine;

/// <summary>
/// Every failure of the engine. Its message always says what was tried, on which node, what came back and what to do;
/// its id is the name of the method that made it, so that ids are stable and cannot be mistyped.
/// </summary>
public sealed class DrException : Exception
{
    private DrException(string id, DrErrorKind kind, string? node, string message, string remedy, Exception? cause)
        : base(message, cause)
    {
        Id = id;
        Kind = kind;
        Node = node;
        Remedy = remedy;
    }

    /// <summary>The stable id, such as <c>NodeUnreachable</c>.</summary>
    public string Id { get; }

    /// <summary>The sort of failure.</summary>
    public DrErrorKind Kind { get; }

    /// <summary>The node concerned; null where none is.</summary>
    public string? Node { get; }

    /// <summary>What a person should do; the message ends with it.</summary>
    public string Remedy { get; }

    /// <summary>What failed and what came back, without the remedy and its full stop: for an error that tells of several.</summary>
    public string Finding => Message[..^Remedy.Length].TrimEnd().TrimEnd('.');

    /// <summary>Makes the exception. Called from a method whose name is the error's id.</summary>
    /// <param name="kind">The sort of failure.</param>
    /// <param name="node">The node concerned; null where none is.</param>
    /// <param name="tried">What was tried, as a noun phrase: "Connecting to 10.1.0.11".</param>
    /// <param name="cameBack">What came back.</param>
    /// <param name="remedy">What a person should do, as a sentence.</param>
    /// <param name="cause">The exception beneath.</param>
    /// <param name="id">Left to the compiler.</param>
    public static DrException Of(
        DrErrorKind kind,
        string? node,
        string tried,
        string cameBack,
        string remedy,
        Exception? cause = null,
        [CallerMemberName] string id = "")
    {
        var where = node is null ? "" : $" on {node}";
        return new DrException(id, kind, node, $"{tried}{where} failed: {cameBack.TrimEnd().TrimEnd('.')}. {remedy}", remedy, cause);
    }

    /// <summary>The same failure where it is known which node it keeps from being reached.</summary>
    internal DrException At(string node) => new(Id, Kind, node, $"{node}: {Message}", Remedy, InnerException);

    /// <summary>Runs work whose failure is an answer too: gives its value, or the engine's failure.</summary>
    internal static async Task<(T? Value, DrException? Failure)> TryAsync<T>(Func<Task<T>> work)
        where T : class
    {
        try
        {
            return (await work().ConfigureAwait(false), null);
        }
        catch (DrException failure)
        {
            return (null, failure);
        }
    }
}
