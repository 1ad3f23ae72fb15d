using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Net.Client;
using ZabbixDR.Lab;

namespace ZabbixDR.Benchmarks;

/// <summary>
/// An etcd of one member on loopback, with TLS as in the lab and the lab's own etcd program, filled to a size. Its data stays in
/// the lab's home for the next time.
/// </summary>
internal sealed class PrivateEtcd : IAsyncDisposable
{
    private const int ClientPort = 23791;
    private const int PeerPort = 23792;
    private const int ValueSize = 512 * 1024;
    private const int Writers = 4;
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private readonly string _programs;
    private readonly IDisposable _lock;
    private readonly Process _server;
    private readonly GrpcChannel _channel;

    private PrivateEtcd(string programs, string folder)
    {
        _programs = programs;
        Folder = folder;
        _lock = LabLock.TakeOrRefuse("benchmark-etcd");
        WriteCertificates();
        WriteTopology();
        _server = Start();
        _channel = Connect();
    }

    public string Folder { get; }

    public string Etcdctl => Path.Combine(_programs, "etcdctl");

    public string TopologyFile => In("zabbixdr.yaml");

    public IReadOnlyDictionary<string, string> EtcdctlEnvironment => new Dictionary<string, string>
    {
        ["ETCDCTL_ENDPOINTS"] = $"https://127.0.0.1:{ClientPort}",
        ["ETCDCTL_CACERT"] = In("ca.crt"),
        ["ETCDCTL_CERT"] = In("client.crt"),
        ["ETCDCTL_KEY"] = In("client.key"),
    };

    public string Etcdutl => Path.Combine(_programs, "etcdutl");

    /// <summary>Starts one.</summary>
    /// <param name="size">What it shall hold at least, in bytes.</param>
    /// <param name="name">Which: each keeps its data.</param>
    public static async Task<PrivateEtcd> StartAsync(long size, string name = "etcd")
    {
        var tree = LabHome.Tree(Generation.Find("trixie"));
        var programs = Path.Combine(tree, "usr", "bin");
        if (!File.Exists(Path.Combine(programs, "etcd")))
        {
            throw new InvalidOperationException($"no etcd in {programs}: bring the lab up once (dotnet run --project tests/ZabbixDR.Lab -- up)");
        }

        var etcd = new PrivateEtcd(programs, Directory.CreateDirectory(Path.Combine(LabHome.Root, "benchmarks", name)).FullName);
        try
        {
            await etcd.WaitAsync();
            await etcd.FillAsync(size);
            return etcd;
        }
        catch
        {
            await etcd.DisposeAsync();
            throw;
        }
    }

    public async Task<long> SizeAsync() => (await new Maintenance.MaintenanceClient(_channel).StatusAsync(new StatusRequest())).DbSize;

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (!_server.HasExited)
        {
            _server.Kill();
        }

        await _server.WaitForExitAsync();
        _server.Dispose();
        _lock.Dispose();
    }

    private string In(string name) => Path.Combine(Folder, name);

    private void WriteCertificates()
    {
        using var authority = new CertificateAuthority();
        File.WriteAllText(In("ca.crt"), authority.Pair.Certificate);
        LabSecrets.WritePair(Folder, "server", authority.IssueServer("etcd-0", IPAddress.Loopback.ToString()));
        LabSecrets.WritePair(Folder, "client", authority.IssueClient("O=zabbixdr-benchmarks"));
    }

    private void WriteTopology() => File.WriteAllText(TopologyFile, $$"""
        version: 1
        name: benchmark
        access: { user: nobody, identityFile: none }
        sites: { A: {} }
        nodes: { etcd-0: { site: A, address: 127.0.0.1, roles: [etcd] } }
        etcd: { clientPort: {{ClientPort}}, caFile: ca.crt, certFile: client.crt, keyFile: client.key }
        """);

    private Process Start()
    {
        var start = new ProcessStartInfo(Path.Combine(_programs, "etcd"),
        [
            "--name", "etcd-0",
            "--data-dir", In("data"),
            "--listen-client-urls", $"https://127.0.0.1:{ClientPort}",
            "--advertise-client-urls", $"https://127.0.0.1:{ClientPort}",
            "--listen-peer-urls", $"http://127.0.0.1:{PeerPort}",
            "--initial-advertise-peer-urls", $"http://127.0.0.1:{PeerPort}",
            "--initial-cluster", $"etcd-0=http://127.0.0.1:{PeerPort}",
            "--client-cert-auth",
            "--trusted-ca-file", In("ca.crt"),
            "--cert-file", In("server.crt"),
            "--key-file", In("server.key"),
            "--quota-backend-bytes", "4294967296",
            "--log-level", "error",
            "--log-outputs", In("etcd.log"),
        ]);
        return Process.Start(start)!;
    }

    private GrpcChannel Connect()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(In("ca.crt")));
        var client = X509Certificate2.CreateFromPemFile(In("client.crt"), In("client.key"));
        return GrpcChannel.ForAddress($"https://127.0.0.1:{ClientPort}", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy, ClientCertificates = [client] },
            },
            DisposeHttpClient = true,
        });
    }

    private async Task WaitAsync()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await new KV.KVClient(_channel).RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("health") });
            }
            catch (Grpc.Core.RpcException) when (clock.Elapsed < s_startLimit && !_server.HasExited)
            {
                await Task.Delay(200);
                continue;
            }

            // Another that has the port would answer in its place.
            if (_server.HasExited)
            {
                throw new InvalidOperationException($"etcd ended: see {In("etcd.log")}");
            }

            return;
        }
    }

    private async Task FillAsync(long size)
    {
        var missing = size - await SizeAsync();
        if (missing <= 0)
        {
            return;
        }

        Console.WriteLine($"Filling an etcd in {Folder} to {size / 1e9:0.0} GB, once");
        var keys = Enumerable.Range(0, (int)(missing / ValueSize) + 1);
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (_, stop) =>
        {
            var put = new PutRequest
            {
                Key = ByteString.CopyFromUtf8($"/fill/{Guid.NewGuid()}"),
                Value = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(ValueSize)),
            };
            await new KV.KVClient(_channel).PutAsync(put, cancellationToken: stop);
        });
    }
}
