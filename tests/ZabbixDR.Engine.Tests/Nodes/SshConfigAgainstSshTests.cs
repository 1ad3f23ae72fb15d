using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Ssh;

namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>The reader of ssh_config(5) and the way that it leads to, beside what OpenSSH itself makes of the same files.</summary>
public sealed class SshConfigAgainstSshTests : IDisposable
{
    private const int Files = 200;
    private readonly string _folder = Directory.CreateTempSubdirectory("zdr-ssh").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ProgramFact("ssh")]
    public async Task Two_hundred_files_say_the_same_to_ssh_and_to_us()
    {
        var decided = 0;
        for (var seed = 0; seed < Files; seed++)
        {
            var generator = new SshConfigGenerator(seed, Directory.CreateDirectory(Path.Combine(_folder, $"{seed}")).FullName);
            var (file, host) = (generator.Write("config"), generator.Host());
            var ssh = await RealProgram.RunAsync("ssh", "-G", "-F", file, host);
            Assert.True(ssh.ExitCode == 0, $"seed {seed}: {ssh.Error}");

            var theirs = Said(ssh.Output);
            var ours = SshConfigReader.Read(file, host, new SshHostConfig());
            var target = SshRoute.To(new DrTopologyNode("node", "A", host, null, []), new AccessSettings { SshConfigFile = await WithoutJumps(file) }, new SessionAccess());

            Assert.True(theirs == Said(ours, target), $"seed {seed}, {host}:\n{theirs}\nand ours:\n{Said(ours, target)}\n{File.ReadAllText(file)}");
            decided += ours == new SshHostConfig() ? 0 : 1;
        }

        Assert.True(decided > Files / 2, $"only {decided} files say anything of their host");
    }

    [ProgramFact("ssh")]
    public async Task Tokens_of_a_key_file_expand_as_in_ssh()
    {
        var file = Write("IdentityFile ~/.ssh/%n\nIdentityFile /keys/%h-%p-%r-%u-%%x\nIdentityFile %d/k\nIdentityFile ${HOME}/v\nHostName %h.Example.org\nPort 2222\nUser ops");

        var ssh = await RealProgram.RunAsync("ssh", "-v", "-F", file, "-o", "ProxyCommand=false", "-o", "BatchMode=yes", "Web");

        var theirs = ssh.Error.Split('\n')
            .Where(line => line.Contains("identity file ", StringComparison.Ordinal) && !line.Contains("-cert type", StringComparison.Ordinal))
            .Select(line => line.Split("identity file ")[1].Split(" type ")[0]);
        Assert.Equal(theirs, SshRoute.To(new DrTopologyNode("node", "A", "Web", null, []), new AccessSettings { SshConfigFile = file }, new SessionAccess()).IdentityFiles);
    }

    [ProgramFact("ssh")]
    public async Task What_ssh_calls_a_bad_value_is_refused_here_too()
    {
        string[] bad =
        [
            "Port 0", "Port 65536", "Port x", "Port 22 23", "User", "User a b", "IdentityFile \"/open", "IdentityFile \"\"", "IdentitiesOnly perhaps",
            "ProxyJump a:99999", "ProxyJump ,", "ConnectTimeout soon", "ConnectTimeout -1", "HostKeyAlias a b", "HostName", "Host", "Match",
        ];
        foreach (var line in bad)
        {
            var file = Write("# the first line\n" + line);

            Assert.NotEqual(0, (await RealProgram.RunAsync("ssh", "-G", "-F", file, "web")).ExitCode);
            var refusal = Assert.Throws<DrException>(() => SshRoute.To(new DrTopologyNode("node", "A", "web", null, []), new AccessSettings { SshConfigFile = file }, new SessionAccess()));
            Assert.Equal(DrErrorKind.InvalidInput, refusal.Kind);
            Assert.Contains($"{file}:2", refusal.Message, StringComparison.Ordinal);
        }
    }

    private string Write(string text)
    {
        var file = Path.Combine(_folder, "config");
        File.WriteAllText(file, text + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    // The random jump hosts may lead in a circle, which is no matter of this comparison; the first value wins.
    private static async Task<string> WithoutJumps(string file)
    {
        var plain = file + ".direct";
        await File.WriteAllTextAsync(plain, $"ProxyJump none\nInclude {file}\n");
        File.SetUnixFileMode(plain, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return plain;
    }

    private static string Said(string dump)
    {
        string[] keys = ["hostname", "user", "port", "identityfile", "identitiesonly", "proxyjump", "userknownhostsfile", "hostkeyalias", "connecttimeout"];
        var lines = dump.Split('\n').Where(line => keys.Contains(line.Split(' ')[0])).ToList();

        // ssh's own default keys are more than ours: SSH.NET reads no key of a security token.
        if (lines.Exists(line => line == "identityfile ~/.ssh/id_xmss"))
        {
            lines.RemoveAll(line => line.StartsWith("identityfile ", StringComparison.Ordinal));
        }

        return string.Join('\n', lines.Select(Unified).Order(StringComparer.Ordinal));
    }

    private static string Unified(string line) =>
        line.StartsWith("proxyjump ", StringComparison.Ordinal) ? line.Replace("ssh://", "", StringComparison.Ordinal) : line;

    private static string Said(SshHostConfig config, SshTarget target)
    {
        List<string> lines =
        [
            $"hostname {target.Address}",
            $"user {target.User}",
            $"port {target.Port}",
            $"identitiesonly {(config.IdentitiesOnly == true ? "yes" : "no")}",
            $"userknownhostsfile {(target.KnownHostsFiles.Count > 0 ? string.Join(' ', target.KnownHostsFiles) : "none")}",
            $"connecttimeout {config.ConnectTimeout?.TotalSeconds.ToString(CultureInfo.InvariantCulture) ?? "none"}",
            .. config.IdentityFiles.Select(identity => $"identityfile {identity.Text}"),
        ];
        if (target.HostKeyAlias is { } alias)
        {
            lines.Add($"hostkeyalias {alias}");
        }

        if (config.ProxyJump is { } jump && jump.Text != "none")
        {
            lines.Add(Unified($"proxyjump {jump.Text}"));
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
