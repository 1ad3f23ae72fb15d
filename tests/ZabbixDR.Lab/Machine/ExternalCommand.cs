using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Lab;

/// <summary>A program of this machine, started with an argument vector, never through a shell, and never without a limit.</summary>
internal sealed record ExternalCommand(params IReadOnlyList<string> Argv)
{
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What it reads from standard input; nothing by default.</summary>
    public string? Input { get; init; }

    /// <summary>Its whole environment; this program's own by default.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Variables on top of <see cref="Environment"/>.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>Runs it to its end and returns what it said, whatever its exit code.</summary>
    /// <exception cref="LabException">It could not be started, or did not end within the limit.</exception>
    public async Task<CommandOutcome> RunAsync(CancellationToken cancellation = default)
    {
        using var process = Start(redirect: true);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limited.Token);
            var error = process.StandardError.ReadToEndAsync(limited.Token);
            await WriteInputAsync(process, limited.Token);
            await process.WaitForExitAsync(limited.Token);
            return new CommandOutcome(ToString(), process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new LabException(string.Create(CultureInfo.InvariantCulture, $"'{this}' did not end within {Limit.TotalSeconds:0} s"));
        }
    }

    /// <inheritdoc cref="RunAsync"/>
    /// <exception cref="LabException">As <see cref="RunAsync"/>, or its exit code is not 0.</exception>
    public async Task<CommandOutcome> RunCheckedAsync(CancellationToken cancellation = default) =>
        (await RunAsync(cancellation)).OrThrow();

    /// <summary>Runs it on this program's own terminal, without a limit: its end is the user's affair.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAttachedAsync(CancellationToken cancellation = default)
    {
        // Ctrl+C goes to the whole foreground group: the child answers it, and we go on to its exit code.
        ConsoleCancelEventHandler ignore = (_, e) => e.Cancel = true;
        Console.CancelKeyPress += ignore;
        try
        {
            using var process = Start(redirect: false);
            try
            {
                await process.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return process.ExitCode;
        }
        finally
        {
            Console.CancelKeyPress -= ignore;
        }
    }

    public override string ToString() => string.Join(' ', Argv);

    private Process Start(bool redirect)
    {
        var start = new ProcessStartInfo(Argv[0], Argv.Skip(1))
        {
            RedirectStandardInput = redirect,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
            WorkingDirectory = WorkingDirectory ?? "",
        };
        if (Environment is not null) start.Environment.Clear();
        foreach (var (name, value) in (Environment ?? Empty).Concat(Variables ?? Empty)) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LabException($"'{Argv[0]}' could not be started: {e.Message}", e);
        }
    }

    private async Task WriteInputAsync(Process process, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(Input.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: its exit code tells the rest.
        }
    }

    private static readonly Dictionary<string, string> Empty = [];
}
