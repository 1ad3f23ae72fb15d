namespace ZabbixDR.Lab.Tests;

/// <summary>A user with a password on a host whose sshd takes passwords, both gone with the test.</summary>
internal sealed class PasswordAccount : IAsyncDisposable
{
    public const string User = "zdr-password";
    private const string DropIn = "/etc/ssh/sshd_config.d/00-password-test.conf";
    private readonly TwoSiteLab _lab;
    private readonly string _host;

    private PasswordAccount(TwoSiteLab lab, string host) => (_lab, _host) = (lab, host);

    public string Password { get; } = $"canary-{Guid.NewGuid():N}";

    /// <summary>Makes the user, and gives sshd lines of sshd_config(5).</summary>
    public static async Task<PasswordAccount> OpenAsync(TwoSiteLab lab, string host, string configuration)
    {
        var account = new PasswordAccount(lab, host);
        await lab.ExecCheckedAsync(host, "useradd", "--create-home", "--shell", "/bin/sh", User);
        await lab.ExecCheckedAsync(host, ["chpasswd"], input: $"{User}:{account.Password}\n");
        await lab.ExecCheckedAsync(host, ["tee", DropIn], input: configuration + "\nUsePAM yes\n");
        await lab.ExecCheckedAsync(host, "systemctl", "restart", "ssh");
        return account;
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.ExecCheckedAsync(_host, "rm", DropIn);
        await _lab.ExecCheckedAsync(_host, "systemctl", "restart", "ssh");
        await _lab.ExecAsync(_host, "pkill", "-KILL", "-u", User);
        await _lab.ExecCheckedAsync(_host, "userdel", "--remove", "--force", User);
    }
}
