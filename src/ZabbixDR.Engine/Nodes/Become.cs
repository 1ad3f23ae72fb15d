using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Nodes;

/// <summary>How a command becomes another user's.</summary>
/// <param name="User">The user.</param>
/// <param name="Password">The password that sudo asks the login user for; null where its rules ask for none.</param>
internal sealed record Become(string User, Secret? Password)
{
    /// <summary>
    /// What goes before the command (sudo(8)). With a password, an earlier one is not remembered (-k), so that it is always asked for.
    /// </summary>
    public IReadOnlyList<string> Vector => Password is null
        ? ["sudo", "-n", "-u", User, "--"]
        : ["sudo", "-k", "-S", "-p", "", "-u", User, "--"];
}
