using System.ComponentModel;
using System.Diagnostics;

namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>SSH signatures (PROTOCOL.sshsig of OpenSSH), made and checked by ssh-keygen.</summary>
internal static class SshKeygen
{
    /// <summary>What the signatures are for: one made for anything else is not taken.</summary>
    public const string Namespace = "plan@zabbixdr";

    private const string Program = "ssh-keygen";

    /// <summary>Signs. A passphrase is asked for by ssh-keygen itself, on the terminal or by SSH_ASKPASS.</summary>
    /// <returns>The signature, armoured.</returns>
    /// <exception cref="DrException"><c>SigningFailed</c>, <c>SshKeygenMissing</c>.</exception>
    public static async Task<string> SignAsync(string keyFile, byte[] message, CancellationToken cancellation)
    {
        var (code, output, error) = await RunAsync(message, cancellation, "-Y", "sign", "-f", keyFile, "-n", Namespace).ConfigureAwait(false);
        return code == 0 ? output.ReplaceLineEndings("\n") : throw SigningFailed(keyFile, error);
    }

    /// <summary>Whose key made a signature, as the allowed signers' file has them; empty where it has none.</summary>
    public static Task<IReadOnlyList<string>> FindPrincipalsAsync(string allowedSigners, string signature, CancellationToken cancellation) =>
        WithFileAsync<IReadOnlyList<string>>(signature, async file =>
        {
            var (code, output, _) = await RunAsync([], cancellation, "-Y", "find-principals", "-f", allowedSigners, "-s", file).ConfigureAwait(false);
            return code == 0 ? [.. output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : [];
        });

    /// <summary>Checks a signature.</summary>
    /// <param name="allowedSigners">The allowed signers' file; null to look only whether key, signature and message belong together.</param>
    /// <param name="principal">Who is to have made it.</param>
    /// <param name="signature">The signature, armoured.</param>
    /// <param name="message">What it is over.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null where it is good; else what ssh-keygen says.</returns>
    public static Task<string?> VerifyAsync(string? allowedSigners, string principal, string signature, byte[] message, CancellationToken cancellation) =>
        WithFileAsync(signature, async file =>
        {
            string[] arguments = allowedSigners is null
                ? ["-Y", "check-novalidate", "-n", Namespace, "-s", file]
                : ["-Y", "verify", "-f", allowedSigners, "-I", principal, "-n", Namespace, "-s", file];
            var (code, output, error) = await RunAsync(message, cancellation, arguments).ConfigureAwait(false);
            return code == 0 ? null : $"{error} {output}".Trim().ReplaceLineEndings("; ");
        });

    private static async Task<T> WithFileAsync<T>(string signature, Func<string, Task<T>> work)
    {
        var folder = Directory.CreateTempSubdirectory("zabbixdr-").FullName;
        try
        {
            var file = Path.Combine(folder, "sig");
            await File.WriteAllTextAsync(file, signature).ConfigureAwait(false);
            return await work(file).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(byte[] input, CancellationToken cancellation, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Start(start);
        using var ended = cancellation.Register(() => process.Kill());
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading; its exit code and its words say why.
        }

        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return (process.ExitCode, await output.ConfigureAwait(false), (await error.ConfigureAwait(false)).Trim());
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw SshKeygenMissing(error);
        }
    }

    private static DrException SshKeygenMissing(Exception cause) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Running {Program} on this machine",
        cause.Message,
        "Install OpenSSH's client (8.2 or later; on Windows the optional feature 'OpenSSH Client'): approvals are signatures of its kind.",
        cause);

    private static DrException SigningFailed(string keyFile, string said) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Signing with {keyFile}",
        said.ReplaceLineEndings("; "),
        "Name the private key with -KeyFile, or its public half where an agent holds the private one.");
}
