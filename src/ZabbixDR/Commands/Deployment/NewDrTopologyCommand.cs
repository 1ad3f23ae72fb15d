using System.Collections;
using System.Management.Automation;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Topology;
using ZabbixDR.Pipeline;
using ZabbixDR.Sessions;

namespace ZabbixDR.Commands.Deployment;

/// <summary>Writes a commented topology file: from answers, from the source document's names, or as one node tells it.</summary>
/// <remarks>
/// With -FromNode, a node that runs Patroni is asked over SSH for its patroni.yml, Patroni's and etcd's lists of members, pgbackrest.conf
/// and the Zabbix servers in the database; nothing is changed there. No secret is ever written: where one is needed, the file names an
/// environment variable. What could not be found out is said in a comment. Editors find the schema in the module: zabbixdr.schema.json.
/// </remarks>
/// <example>
/// <code>New-DrTopology ./zabbixdr.yaml -FromNode 10.1.0.11 -User zabbixdr | Connect-DrDeployment</code>
/// <para>Discovers a deployment from one of its PostgreSQL nodes, and connects to it.</para>
/// </example>
/// <example>
/// <code>New-DrTopology -Node @{ Name = 'pg-siteA'; Site = 'A'; Address = '10.1.0.11'; Roles = 'postgres' } -PostgresVersion 16</code>
/// <para>Writes a file for one node, to be completed by hand.</para>
/// </example>
/// <example>
/// <code>New-DrTopology -Placeholder @{ BACKUP_TYPE = 's3'; BACKUP_S3_ENDPOINT = 's3.example.org'; BACKUP_S3_BUCKET = 'zabbix'; BACKUP_S3_REGION = 'eu' }</code>
/// <para>Takes over values under the names that the source document gives them; there are 23.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "DrTopology", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, DefaultParameterSetName = "Answer")]
[OutputType(typeof(DrTopology))]
public sealed class NewDrTopologyCommand : AsyncCmdlet
{
    private SessionAccess? _session;

    /// <summary>The file to write; zabbixdr.yaml in the current folder by default.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "zabbixdr.yaml";

    /// <summary>The deployment's name; by default Patroni's scope, else zabbix.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The nodes, each a hash table with Name, Site, Address, Roles, and SshPort where it is not 22.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Answer")]
    public Hashtable[] Node { get; set; } = [];

    /// <summary>PostgreSQL's major version; 16 by default.</summary>
    [Parameter(ParameterSetName = "Answer")]
    [ValidateRange(12, 99)]
    public int PostgresVersion { get; set; } = 16;

    /// <summary>The directory of the pgBackRest repository on the nodes; /var/lib/pgbackrest by default.</summary>
    [Parameter(ParameterSetName = "Answer")]
    [Form(TextForm.AbsolutePath)]
    public string? RepositoryPath { get; set; }

    /// <summary>Values by the names that stand between double braces in the source document. Of secrets only that they exist is used.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Placeholder")]
    public Hashtable Placeholder { get; set; } = [];

    /// <summary>The address of a node that runs Patroni, to discover the deployment from.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Discover")]
    [ValidateNotNullOrEmpty]
    public string FromNode { get; set; } = "";

    /// <summary>The port of that node's SSH server.</summary>
    [Parameter(ParameterSetName = "Discover")]
    [ValidateRange(1, 65535)]
    public int? SshPort { get; set; }

    /// <summary>The login user on the nodes; by default as ssh_config(5) says.</summary>
    [Parameter]
    public string? User { get; set; }

    /// <summary>The private key for the nodes; by default as ssh_config(5) says.</summary>
    [Parameter]
    public string? IdentityFile { get; set; }

    /// <summary>The file of trusted host keys; by default as ssh_config(5) says.</summary>
    [Parameter]
    public string? KnownHostsFile { get; set; }

    /// <summary>Trusts a node that no file of known hosts names yet, and records its key, as of Connect-DrDeployment.</summary>
    [Parameter(ParameterSetName = "Discover")]
    public SwitchParameter AcceptNewHostKey { get; set; }

    /// <summary>Replaces a file that exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var path = FileSystemPath(Path);
        SaveTopology.RequireFree(path, Force);
        var draft = await DraftAsync(path, cancellation);
        if (Ask(() => ShouldProcess(path, "Write topology file")))
        {
            var read = SaveTopology.Run(draft, Force);
            read.Diagnostics.ToList().ForEach(finding => WriteWarning(finding.ToString()));
            WriteObject(read.Require());
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Notices() => _session?.Notices.Take() ?? [];

    private async Task<TopologyDraft> DraftAsync(string path, CancellationToken cancellation)
    {
        var access = new AccessSettings { User = User, IdentityFile = FileSystemPath(IdentityFile), KnownHostsFile = FileSystemPath(KnownHostsFile) };
        return ParameterSetName switch
        {
            "Discover" => await DiscoverTopology.RunAsync(path, Name, FromNode, SshPort, access, _session = Login.With(null, AcceptNewHostKey), Messages(), cancellation),
            "Placeholder" => PlaceholderDraft.Make(path, Name ?? "zabbix", access, Placeholder.Cast<DictionaryEntry>().ToDictionary(pair => $"{pair.Key}", pair => $"{pair.Value}")),
            _ => AnswerDraft.Make(path, Name ?? "zabbix", access, NodeTable.Read(Node), PostgresVersion, RepositoryPath),
        };
    }
}
