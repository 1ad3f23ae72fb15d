using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Etcd;

/// <summary>How a member is started, by its unit (the form of `systemctl show` is the lab's, systemd 257) and the files that this names.</summary>
public sealed class EtcdMemberConfigTests
{
    private const string Environment = "/etc/default/etcd";
    private const string File = "/etc/etcd/etcd.yml";
    private const string Unit = "User=etcd\nEnvironment=DAEMON_ARGS= ETCD_DATA_DIR=/var/lib/etcd/default\nEnvironmentFiles=/etc/default/etcd (ignore_errors=yes)\n";
    private const string Variables =
        """
        # a comment
        ETCD_NAME="etcd-1"
        ETCD_INITIAL_CLUSTER=etcd-2=https://10.77.2.12:2380,etcd-1=https://10.77.1.11:2380
        ETCD_INITIAL_ADVERTISE_PEER_URLS=https://10.77.1.11:2380
        """;

    private const string Settings =
        """
        # as etcd.conf.yml.sample has it
        name: 'etcd-2'
        data-dir: /var/lib/etcd/other/
        initial-advertise-peer-urls: https://10.77.2.12:2380
        initial-cluster: etcd-1=https://10.77.1.11:2380,etcd-2=https://10.77.2.12:2380
        quota-backend-bytes: 0
        client-transport-security:
          cert-file: /etc/etcd/server.crt
        """;

    [Fact]
    public async Task Variables_are_read_and_flags_win()
    {
        var config = await ReadAsync("{ path=/usr/bin/etcd ; argv[]=/usr/bin/etcd --data-dir /srv/etcd --wal-dir=/srv/wal ; ignore_errors=no }", (Environment, Variables));

        Assert.Equal(("etcd-1", "etcd", "/srv/etcd", null, "/srv/wal"), (config.Name, config.User, config.DataDirectory, config.ConfigFile, config.WalDirectory));
        Assert.Equal(["etcd-1", "etcd-2"], config.MemberNames);
    }

    [Theory]
    [InlineData("{ path=/usr/bin/etcd ; argv[]=/usr/bin/etcd --config-file=/etc/etcd/etcd.yml ; ignore_errors=no }", "")]
    [InlineData("{ path=/usr/bin/etcd ; argv[]=/usr/bin/etcd --config-file /etc/etcd/etcd.yml --name=ignored ; ignore_errors=no }", "")]
    [InlineData("{ path=/usr/bin/etcd ; argv[]=/usr/bin/etcd ; ignore_errors=no }", "\nETCD_CONFIG_FILE=/etc/etcd/etcd.yml")]
    public async Task Beside_a_file_neither_counts(string start, string variable)
    {
        var config = await ReadAsync(start, (Environment, Variables + variable), (File, Settings));

        Assert.Equal((File, "etcd-2", "/var/lib/etcd/other", "https://10.77.2.12:2380", null), (config.ConfigFile, config.Name, config.DataDirectory, config.PeerUrls, config.WalDirectory));
    }

    [Fact]
    public async Task A_member_with_its_WAL_elsewhere_is_read_and_refused_where_it_would_be_moved()
    {
        var config = await ReadAsync("argv[]=/usr/bin/etcd --config-file=/etc/etcd/etcd.yml ;", (File, Settings + "\nwal-dir: /srv/wal\n"));

        Assert.Equal("EtcdWalElsewhere", Assert.Throws<DrException>(() => config.RequireWalInside(new Member([]), "etcd.service")).Id);
        Assert.Equal("EtcdConfigUnsupported", Assert.Throws<DrException>(() => config.RequireVariables(new Member([]), "etcd.service")).Id);
    }

    [Theory]
    [InlineData("name: [", "EtcdConfigFileUnreadable", "line ")]
    [InlineData("- name", "EtcdConfigFileUnreadable", "no mapping")]
    [InlineData("name: etcd-2", "EtcdConfigIncomplete", "does not set data-dir")]
    [InlineData(null, "EtcdConfigFileUnreadable", "it is not there")]
    public async Task A_file_that_does_not_do_is_told_and_not_quoted(string? settings, string id, string said)
    {
        (string, string)[] files = settings is null ? [] : [(File, settings)];
        var error = await Assert.ThrowsAsync<DrException>(() => ReadAsync("argv[]=/usr/bin/etcd --config-file=/etc/etcd/etcd.yml ;", files));

        Assert.Equal((id, "etcd-1"), (error.Id, error.Node));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    private static Task<EtcdMemberConfig> ReadAsync(string start, params (string Path, string Text)[] files) =>
        EtcdMemberConfig.ReadAsync(new Member([.. files, ("etcd.service", $"{Unit}ExecStart={start}\n")]), "etcd.service", CancellationToken.None);

    private sealed class Member(IReadOnlyList<(string Path, string Text)> files) : INode
    {
        public DrTopologyNode Definition { get; } = new("etcd-1", "A", "local", null, [NodeRole.Etcd]);

        public Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation) => Task.FromResult(
            files.FirstOrDefault(file => file.Path == command.Arguments[^1]).Text is { } text
                ? new CommandResult(0, text, "")
                : new CommandResult(1, "", $"{command.Program}: {command.Arguments[^1]}: No such file or directory\n"));

        public Task<CommandResult> RunAsync(ObservingCommand command, Action<string> onLine, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<CommandResult> RunAsync(ObservingCommand command, Stream destination, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Stream> ConverseAsync(ObservingCommand command, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
