using System.Diagnostics;

namespace ZabbixDR.Lab.Tests;

/// <summary>A real ssh-agent, ended with the test.</summary>
internal sealed class Agent : IAsyncDisposable
{
    private readonly Process _process;

    private Agent(string socket, Process process) => (Socket, _process) = (socket, process);

    public string Socket { get; }

    /// <summary>Starts it with one key.</summary>
    public static async Task<Agent> StartAsync(string socket, string key)
    {
        var agent = new Agent(socket, Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", socket]) { RedirectStandardOutput = true })!);
        await Wait.UntilAsync("ssh-agent to listen", TimeSpan.FromSeconds(10), _ => Task.FromResult(File.Exists(socket) ? null : "its socket"), CancellationToken.None);
        await agent.AddAsync(key, "");
        return agent;
    }

    /// <summary>Gives it a key; its passphrase is asked for by a program that has it in its environment.</summary>
    public async Task AddAsync(string key, string passphrase)
    {
        var ask = key + ".ask";
        await File.WriteAllTextAsync(ask, "#!/bin/sh\nprintf '%s\\n' \"$PASSPHRASE\"\n");
        File.SetUnixFileMode(ask, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await new ExternalCommand("ssh-add", "-q", key)
        {
            Variables = new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = Socket, ["SSH_ASKPASS"] = ask, ["SSH_ASKPASS_REQUIRE"] = "force", ["PASSPHRASE"] = passphrase },
        }.RunCheckedAsync();
        File.Delete(ask);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
