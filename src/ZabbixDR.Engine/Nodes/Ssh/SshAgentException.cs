using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>An agent that cannot be asked or refuses: an SSH failure, so that the library lets it pass.</summary>
internal sealed class SshAgentException(string message, Exception? cause) : SshException(message, cause);
