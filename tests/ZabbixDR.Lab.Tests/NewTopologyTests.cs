namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class NewTopologyTests : IDisposable
{
    private const string Discover =
        """
        param($path, $folder, $node) New-DrTopology $path -FromNode $node -User zabbixdr -IdentityFile "$folder/id_ed25519" -KnownHostsFile "$folder/known_hosts" -Name found -Verbose 4>&1
        """;

    private readonly LabFixture _fixture;
    private readonly string _path;

    public NewTopologyTests(LabFixture fixture)
    {
        _fixture = fixture;
        // Beside the lab's own file, so that its etcd/ca.crt, client.crt and client.key are where a person would have copied them to.
        _path = Path.Combine(fixture.Lab.OperatorFolder, $"{Guid.NewGuid():N}.yaml");
    }

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task One_node_tells_the_whole_deployment_and_none_of_its_secrets()
    {
        var run = FromNode("10.77.1.21").Require();

        var text = File.ReadAllText(_path);
        Assert.All(await TopologyComparisonTests.SecretsAsync(_fixture.Lab), secret => Assert.DoesNotContain(secret, text + string.Join('\n', run.Output) + string.Join('\n', run.Warnings), StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(_path));
        var found = Found(run);
        Assert.Equal(("found", _path), (found.Name, found.Path));
        Assert.Equal(
            _fixture.Lab.Hosts.Select(host => (host.Name, host.Site, host.Address)).Order(),
            found.Nodes.Select(node => (node.Name, node.Site, node.Address)).Order());
        var etcd = await _fixture.Lab.ExecCheckedAsync("etcd-1", "sh", "-c", "etcdctl member list | cut -d, -f3 | tr -d ' ' | sort");
        Assert.Equal(etcd.Output.Trim().Split('\n'), found.NodesWith(NodeRole.Etcd).Select(node => node.Name).Order(StringComparer.Ordinal));
        Assert.Equal(new SecretReference(SecretSource.Env, "BACKUP_ENCRYPTION_KEY"), found.PgBackRest!.CipherPass);
    }

    [Fact]
    public void What_was_discovered_is_true_and_can_be_connected_to()
    {
        FromNode("10.77.2.22").Require();
        var original = Environment.GetEnvironmentVariable("ETCD_ROOT_PASSWORD");
        Environment.SetEnvironmentVariable("ETCD_ROOT_PASSWORD", File.ReadAllText(Path.Combine(_fixture.Lab.OperatorFolder, "etcd-root-password")).Trim());
        try
        {
            Assert.All(
                _fixture.Session.Run("param($t) Test-DrTopology -Topology $t", _path).Require().As<TopologyCheck>(),
                check => Assert.True(check.Status == ReadinessStatus.Pass, $"{check}"));
            Assert.Equal(3, _fixture.Session.Run("param($t) Test-EtcdEndpoint -Topology $t | Where-Object State -eq Healthy", _path).Require().Output.Count);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ETCD_ROOT_PASSWORD", original);
        }
    }

    [Fact]
    public async Task An_etcd_that_cannot_be_asked_is_told_and_its_names_are_guessed()
    {
        await _fixture.Lab.ExecCheckedAsync("pg-siteA", "mv", "/usr/bin/curl", "/usr/bin/curl.away");
        try
        {
            var run = FromNode("10.77.1.21").Require();

            Assert.Contains(run.Warnings, warning => warning.Contains("etcd's members could not be listed", StringComparison.Ordinal) && warning.Contains("Install curl", StringComparison.Ordinal));
            Assert.Equal(["10.77.1.11", "10.77.2.12", "10.77.2.13"], Found(run).NodesWith(NodeRole.Etcd).Select(node => node.Address));
        }
        finally
        {
            await _fixture.Lab.ExecCheckedAsync("pg-siteA", "mv", "/usr/bin/curl.away", "/usr/bin/curl");
        }
    }

    [Theory]
    [InlineData("10.77.1.11", "PatroniNotFound")]
    [InlineData("10.77.1.99", "HostKeyUnknown,NodeUnreachable")]
    public void A_node_that_has_no_Patroni_or_is_none_is_an_error_and_no_file(string node, string ids)
    {
        var error = FromNode(node).SingleError;

        Assert.Contains(error.FullyQualifiedErrorId.Split(',')[0], ids.Split(','));
        Assert.Equal(node, error.TargetObject);
        Assert.DoesNotContain($"from {node}", error.Exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void WhatIf_writes_nothing_and_a_file_is_replaced_only_by_force()
    {
        const string Answers = "param($path) New-DrTopology $path -Node @{ Name = 'n'; Site = 'A'; Address = 'local'; Roles = 'scratch' }";
        _fixture.Session.Run($"{Answers} -WhatIf", _path).Require();
        Assert.False(File.Exists(_path));

        File.WriteAllText(_path, "mine");
        Assert.StartsWith("TopologyFileExists", _fixture.Session.Run(Answers, _path).SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_path));

        _fixture.Session.Run($"{Answers} -Force", _path).Require();
        Assert.Contains("name: zabbix", File.ReadAllText(_path), StringComparison.Ordinal);
    }

    // Beside it are the verbose lines.
    private static DrTopology Found(ScriptRun run) => Assert.Single(run.Output.Select(item => item.BaseObject).OfType<DrTopology>());

    private ScriptRun FromNode(string node) => _fixture.Session.Run(Discover, _path, _fixture.Lab.OperatorFolder, node);
}
