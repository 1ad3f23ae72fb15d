using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>
/// The scripts that runbooks send, by their digest: one that was changed is unknown, until what it does now is simulated here and its digest
/// put in the place of the old one.
/// </summary>
internal static class SimulatedScripts
{
    public const string SetFence = "UnitFence: sets a fence, and lets systemd read it";
    public const string LiftFence = "UnitFence: lifts a fence, and lets systemd read that";
    public const string AreThere = "MemberToPutBack: tells of each path whether it is there";
    public const string Take = "NodeLock: takes the lock";
    public const string Free = "NodeLock: gives the lock back";
    public const string Fence = "FencedNode: runs a command under the fencing number";
    public const string WriteFile = "AtomicFile: writes a file";
    public const string StartUnit = "UnitStart: starts a transient unit";
    public const string ForgetUnit = "UnitForget: removes what a unit left";
    public const string Restore = "RestoreBesideStep: restores the snapshot";
    public const string Swap = "SwapMemberStep: exchanges the data";
    public const string PutBack = "PutBackStep: puts the old data back";
    public const string MakeSeed = "MakeSeedStep: makes a fresh cluster's first data";
    public const string Copy = "CopyMemberStep: copies the survivor's data";
    public const string StandAlone = "StandAloneStep: makes the survivor a cluster of its own";
    public const string MoveAside = "MoveDataStep: moves the old data aside";
    public const string WhoServes = "NoServerStep: lists the processes of PostgreSQL on a data directory";
    public const string RestoreSet = "RestoreSetStep: restores a set";
    public const string Serve = "StandaloneServer: becomes the server";
    public const string ServerFolder = "StandaloneServer: makes the folder of its socket";
    public const string Join = "JoinMemberStep: starts a member of the new cluster";

    private static readonly ConcurrentDictionary<string, string> s_seen = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, string> s_known = new(StringComparer.Ordinal)
    {
        ["F44165CE40B84582"] = SetFence,
        ["3466B9F23CFCB14A"] = LiftFence,
        ["7823823428713FDB"] = AreThere,
        ["EFA3DABE5817A361"] = Take,
        ["C1046A73566ACA72"] = Free,
        ["ACFF4A3071987128"] = Fence,
        ["411EA1B13BB45423"] = WriteFile,
        ["E699D95C77B37A02"] = StartUnit,
        ["B17A04BE8EC9C557"] = ForgetUnit,
        ["5D12D3DC40739BE5"] = Restore,
        ["B504FA25BA46D3FB"] = Swap,
        ["6301A113E26F5C80"] = PutBack,
        ["BDFCC6E93E45A5FD"] = MakeSeed,
        ["B1BB7B552DC8E571"] = Copy,
        ["7AE4C6EFED202563"] = StandAlone,
        ["27BAED94D098F3D3"] = MoveAside,
        ["8EBDBEFA02FC7B31"] = Join,
        ["53282B4DECF2F44F"] = ServerFolder,
        ["73591BA414E59F0E"] = Serve,
        ["322395781E90950B"] = RestoreSet,
        ["A9F26E1D7D61E494"] = WhoServes,
    };

    /// <summary>The name of a script.</summary>
    /// <exception cref="UnknownToSimulationException">It is not known, or was changed.</exception>
    public static string NameOf(string script) => s_seen.GetOrAdd(script, one =>
    {
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(one)))[..16];
        return s_known.TryGetValue(digest, out var name) ? name : throw new UnknownToSimulationException($"the script of digest {digest}:\n{one}\n");
    });
}
