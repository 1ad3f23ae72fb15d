using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class ConfigurationBackupTests(LabFixture fixture) : IDisposable
{
    private const string Host = "zbx-siteA";
    private const string BigFile = "/etc/zabbix/big";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zabbixdr-config-");

    [Fact]
    public async Task Every_file_comes_back_as_the_host_has_it_whatever_its_name_mode_owner_and_kind()
    {
        await ShellAsync(Host, """
            mkdir -p /etc/zabbix/odd/sub && cd /etc/zabbix/odd
            echo space >'with space'; printf 'x' >"$(printf 'new\nline')"; echo ü >'zähler-日本.conf'; : >empty
            echo setuid >setuid; chmod 4750 setuid; chmod 1777 sub; echo psk >key.psk; chown 4711:zabbix key.psk; chmod 0400 key.psk
            ln -s ../zabbix_server.conf relative; ln -s /nowhere/at/all dangling; ln setuid hard; mkfifo pipe
            touch -d '2001-02-03 04:05:06.123456789Z' empty
            long=$(printf 'd%.0s' $(seq 120)); mkdir $long; echo deep >$long/$long
            """);
        try
        {
            var backup = Assert.Single(BackUp().Require().As<DrConfigurationBackup>());

            Assert.Equal(DrConfigurationBackupStatus.Complete, backup.Status);
            Assert.Equal(fixture.Lab.Hosts.Select(host => host.Name), backup.Nodes);
            Assert.Empty(backup.MissingNodes);
            Assert.StartsWith($"{backup.Sha256} ", await HereAsync("sha256sum", backup.Path), StringComparison.Ordinal);
            Assert.Equal($"600 {backup.Size}", (await HereAsync("stat", "-c", "%a %s", backup.Path)).Trim());

            var expanded = Directory.CreateDirectory(Path.Combine(_folder.FullName, "expanded")).FullName;
            await HereAsync("tar", "--extract", "--gzip", "--preserve-permissions", "--same-owner", "--numeric-owner", "--file", backup.Path, "--directory", expanded);
            const string Attributes = "cd \"$0\" && find etc/zabbix \\( -type d -printf '%y %m %U:%G %T@ %p\\0' \\) -o -printf '%y %m %U:%G %T@ %l %n %p\\0' | sort -z";
            const string Contents = "cd \"$0\" && find etc/zabbix -type f -print0 | sort -z | xargs -0 sha256sum -z";
            foreach (var question in new[] { Attributes, Contents })
            {
                var there = (await fixture.Lab.ExecCheckedAsync(Host, "sh", "-c", question, "/")).Output;
                var here = await HereAsync("sh", "-c", question, Path.Combine(expanded, Host));
                Assert.Equal(TimesTo100Nanoseconds(there).Split('\0'), TimesTo100Nanoseconds(here).Split('\0'));
            }
        }
        finally
        {
            await ShellAsync(Host, "rm -r /etc/zabbix/odd");
        }
    }

    [Fact]
    public async Task The_manifest_has_each_file_s_hash_and_what_each_node_was_asked()
    {
        var backup = Assert.Single(BackUp().Require().As<DrConfigurationBackup>());

        var manifest = JsonDocument.Parse(await HereAsync("tar", "--extract", "--gzip", "--to-stdout", "--file", backup.Path, "manifest.json")).RootElement;
        Assert.Equal("lab", manifest.GetProperty("deployment").GetString());
        Assert.Equal(backup.CreatedAt, manifest.GetProperty("createdAt").GetDateTimeOffset());
        foreach (var node in manifest.GetProperty("nodes").EnumerateArray())
        {
            var name = node.GetProperty("name").GetString()!;
            var files = node.GetProperty("entries").EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "File").ToList();
            var sums = await fixture.Lab.ExecCheckedAsync(name, ["sha256sum", "--", .. files.Select(file => file.GetProperty("path").GetString()!)]);
            Assert.Equal(
                sums.Output.TrimEnd('\n').Split('\n'),
                files.Select(file => $"{file.GetProperty("sha256").GetString()}  {file.GetProperty("path").GetString()}"));
            var absent = node.GetProperty("absent").EnumerateArray().Select(path => path.GetString()!).ToList();
            foreach (var path in node.GetProperty("asked").EnumerateArray().Select(path => path.GetString()!))
            {
                Assert.Equal(!absent.Contains(path), (await fixture.Lab.ExecAsync(name, "test", "-e", path)).Succeeded);
            }
        }
    }

    [Fact]
    public async Task A_path_that_is_a_link_brings_what_it_leads_to()
    {
        await ShellAsync(Host, "mkdir -p /opt/alert /usr/lib/zabbix && echo x >/opt/alert/notify && ln -s /opt/alert /usr/lib/zabbix/alertscripts");
        try
        {
            var backup = Assert.Single(BackUp().Require().As<DrConfigurationBackup>());

            var names = (await HereAsync("tar", "--list", "--gzip", "--file", backup.Path)).Split('\n');
            Assert.Contains($"{Host}/usr/lib/zabbix/alertscripts", names);
            Assert.Contains($"{Host}/opt/alert/notify", names);
        }
        finally
        {
            await ShellAsync(Host, "rm -r /opt/alert /usr/lib/zabbix/alertscripts");
        }
    }

    [Fact]
    public async Task A_node_without_power_is_an_error_and_the_archive_of_the_others_says_partial()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 8");
        await fixture.Lab.KillAsync("zbx-siteB");
        try
        {
            var run = BackUp(topology);

            AssertMissing(run, "zbx-siteB", "NodeTimedOut");
        }
        finally
        {
            await fixture.Lab.StartAsync("zbx-siteB");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_node_that_loses_its_power_while_it_is_read_costs_its_own_files_alone()
    {
        await ShellAsync(Host, $"truncate -s 20G {BigFile}");
        try
        {
            var running = Task.Run(() => BackUp());
            await UntilSpoolingAsync();
            await fixture.Lab.KillAsync(Host);

            AssertMissing(await running, Host, "ConfigurationStreamStalled");
        }
        finally
        {
            await fixture.Lab.StartAsync(Host);
            await ShellAsync(Host, $"rm {BigFile}");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_node_whose_sshd_hangs_while_it_is_read_is_given_up()
    {
        await ShellAsync(Host, $"truncate -s 20G {BigFile}");
        try
        {
            var clock = Stopwatch.StartNew();
            var running = Task.Run(() => BackUp());
            await UntilSpoolingAsync();
            await fixture.Lab.HangAsync(Host);

            AssertMissing(await running, Host, "ConfigurationStreamStalled");
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(90), $"took {clock.Elapsed}");
        }
        finally
        {
            await fixture.Lab.ResumeAsync(Host);
            await ShellAsync(Host, $"rm {BigFile}");
        }
    }

    [Fact]
    public async Task A_tar_that_is_killed_on_the_node_leaves_no_half_of_it_in_the_archive()
    {
        await ShellAsync(Host, $"truncate -s 20G {BigFile}");
        try
        {
            var running = Task.Run(() => BackUp());
            await UntilSpoolingAsync();
            await fixture.Lab.ExecCheckedAsync(Host, "sh", "-c", "kill -KILL $(pidof tar)");

            AssertMissing(await running, Host, "CommandFailed");
        }
        finally
        {
            await ShellAsync(Host, $"rm {BigFile}");
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_an_error_of_its_node_and_the_rest_is_kept()
    {
        // A write-only file of the kernel: root may open it, and reading gives EIO.
        await ShellAsync(Host, "touch /etc/zabbix/unreadable && mount --bind /sys/bus/cpu/uevent /etc/zabbix/unreadable && ! cat /etc/zabbix/unreadable");
        try
        {
            var run = BackUp();

            var error = Assert.Single(run.Errors);
            Assert.Equal("ConfigurationIncomplete", Id(error));
            Assert.Equal(Host, error.TargetObject);
            Assert.Contains("/etc/zabbix/unreadable", error.Exception.Message, StringComparison.Ordinal);
            var backup = Assert.Single(run.As<DrConfigurationBackup>());
            Assert.Equal(DrConfigurationBackupStatus.Partial, backup.Status);
            Assert.Contains("/etc/zabbix/unreadable", backup.Reason, StringComparison.Ordinal);
            Assert.Empty(backup.MissingNodes);
            await HereAsync("tar", "--list", "--gzip", "--file", backup.Path, $"{Host}/etc/zabbix/zabbix_server.conf");
        }
        finally
        {
            await ShellAsync(Host, "umount /etc/zabbix/unreadable && rm /etc/zabbix/unreadable");
        }
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_makes_the_archive_partial_and_not_corrupt()
    {
        await ShellAsync(Host, $"touch /run/grow; truncate -s 100M {BigFile}; (sh -c 'while [ -e /run/grow ]; do echo x >>{BigFile}; done' >/dev/null 2>&1 &)");
        try
        {
            var run = BackUp();

            Assert.Matches($"{BigFile}: file changed as we read it", Assert.Single(run.Errors).Exception.Message);
            var backup = Assert.Single(run.As<DrConfigurationBackup>());
            Assert.Equal(DrConfigurationBackupStatus.Partial, backup.Status);
            await HereAsync("tar", "--list", "--gzip", "--file", backup.Path);
        }
        finally
        {
            await ShellAsync(Host, $"rm /run/grow; sleep 1; rm {BigFile}");
        }
    }

    [Fact]
    public async Task A_name_that_is_not_UTF_8_is_told()
    {
        await ShellAsync(Host, "echo x >\"$(printf '/etc/zabbix/z\\344hler')\"");
        try
        {
            var run = BackUp();

            Assert.Contains("not UTF-8", Assert.Single(run.Errors).Exception.Message, StringComparison.Ordinal);
            Assert.Equal(DrConfigurationBackupStatus.Partial, Assert.Single(run.As<DrConfigurationBackup>()).Status);
        }
        finally
        {
            await ShellAsync(Host, "rm /etc/zabbix/z*hler");
        }
    }

    [Fact]
    public void A_user_who_may_not_become_root_gets_an_error_for_each_node_and_no_archive()
    {
        var run = BackUp(fixture.TopologyWith("user: zabbixdr", "user: nosudo"));

        Assert.Equal(fixture.Lab.Hosts.Select(host => host.Name), run.Errors.Select(error => error.TargetObject));
        Assert.All(run.Errors, error => Assert.Equal("BecomeRefused", Id(error)));
        Assert.Empty(run.Output);
        Assert.Empty(_folder.EnumerateFiles());
    }

    [Fact]
    public async Task A_full_disk_is_one_error_and_leaves_nothing()
    {
        await HereAsync("mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", _folder.FullName);
        try
        {
            var run = BackUp();

            Assert.Equal("DiskFull", Id(Assert.Single(run.Errors)));
            Assert.Contains(_folder.FullName, run.Errors[0].Exception.Message, StringComparison.Ordinal);
            Assert.Empty(run.Output);
            Assert.Empty(_folder.EnumerateFileSystemInfos());
        }
        finally
        {
            await HereAsync("umount", _folder.FullName);
        }
    }

    [Fact]
    public async Task Stopping_it_leaves_nothing_here_and_no_tar_there()
    {
        await ShellAsync(Host, $"truncate -s 20G {BigFile}");
        try
        {
            var (_, stopping) = fixture.Session.RunAndStop(UntilSpoolingAsync(), "param($d) Backup-DrConfiguration -Destination $d", _folder.FullName);

            Assert.True(stopping < TimeSpan.FromSeconds(2), $"took {stopping}");
            Assert.Empty(_folder.EnumerateFileSystemInfos());
            Assert.Equal("gone\n", (await fixture.Lab.ExecCheckedAsync(Host, "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do pidof tar || { echo gone; exit; }; sleep 0.5; done")).Output);
        }
        finally
        {
            await ShellAsync(Host, $"rm {BigFile}");
        }
    }

    [Fact]
    public void Asking_what_it_would_do_writes_nothing()
    {
        fixture.Session.Run("param($d) Backup-DrConfiguration -Destination $d -WhatIf", _folder.FullName).Require();

        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ScriptRun BackUp(string? topology = null) => fixture.Session.Run(
        "param($d, $t) if ($t) { Backup-DrConfiguration -Destination $d -Topology $t } else { Backup-DrConfiguration -Destination $d }",
        _folder.FullName,
        topology);

    private void AssertMissing(ScriptRun run, string node, string id)
    {
        var error = Assert.Single(run.Errors);
        Assert.Equal(id, Id(error));
        Assert.Equal(node, error.TargetObject);
        var backup = Assert.Single(run.As<DrConfigurationBackup>());
        Assert.Equal(DrConfigurationBackupStatus.Partial, backup.Status);
        Assert.Equal([node], backup.MissingNodes);
        Assert.Contains(node, backup.Reason, StringComparison.Ordinal);
        var names = HereAsync("tar", "--list", "--gzip", "--file", backup.Path).GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(fixture.Lab.Hosts.Select(host => host.Name).Where(name => name != node), names.Skip(1).Select(name => name.Split('/')[0]).Distinct());
        Assert.Equal(backup.Path, Assert.Single(_folder.EnumerateFileSystemInfos()).FullName);
    }

    // The module works in this process: its nameless spool is one of our open files.
    private static async Task UntilSpoolingAsync()
    {
        var limit = Stopwatch.StartNew();
        while (!Directory.EnumerateFiles("/proc/self/fd").Select(name => new FileInfo(name))
            .Any(file => file.LinkTarget is { } target && target.Contains("/.zabbixdr-", StringComparison.Ordinal) && SizeOf(file.FullName) > 4 * 1024 * 1024))
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(60), "no spool grew within a minute");
            await Task.Delay(20);
        }
    }

    private static long SizeOf(string descriptor)
    {
        try
        {
            using var opened = File.OpenHandle(descriptor);
            return RandomAccess.GetLength(opened);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string TimesTo100Nanoseconds(string listing) => Regex.Replace(listing, @"(?<=\d\.\d{7})\d{3} ", " ");

    private static string Id(System.Management.Automation.ErrorRecord error) => Regex.Replace(error.FullyQualifiedErrorId, ",.*", "");

    private Task<CommandOutcome> ShellAsync(string host, string script) => fixture.Lab.ExecCheckedAsync(host, "sh", "-ec", script);

    private static async Task<string> HereAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["LC_ALL"] = "C" } })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return output;
    }
}
