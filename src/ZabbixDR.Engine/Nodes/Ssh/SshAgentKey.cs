using System.Text;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>A key that an agent holds.</summary>
internal sealed class SshAgentKey : IPrivateKeySource
{
    // The agent's flags for RSA (draft-ietf-sshm-ssh-agent, 3.6.1). SHA-1 is not offered: servers have stopped to take it.
    private const uint Sha256 = 2;
    private const uint Sha512 = 4;

    public SshAgentKey(SshAgent agent, byte[] publicKey)
    {
        PublicKey = publicKey;
        HostKeyAlgorithms = Encoding.ASCII.GetString(new SshWire(publicKey).String()) switch
        {
            "ssh-rsa" => [new Algorithm("rsa-sha2-512", agent, publicKey, Sha512), new Algorithm("rsa-sha2-256", agent, publicKey, Sha256)],
            var type => [new Algorithm(type, agent, publicKey, 0)],
        };
    }

    public byte[] PublicKey { get; }

    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; }

    private sealed class Algorithm(string name, SshAgent agent, byte[] key, uint flags) : HostAlgorithm(name)
    {
        public override byte[] Data => key;

        public override byte[] Sign(byte[] data) => agent.Sign(key, data, flags);

        public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException("An agent signs; it does not verify.");
    }
}
