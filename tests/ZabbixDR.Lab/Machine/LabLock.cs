namespace ZabbixDR.Lab;

/// <summary>A lock that goes with the process that holds it, however that ends (flock(2), by way of FileShare.None).</summary>
internal static class LabLock
{
    /// <summary>Takes it, or refuses at once: two that change one lab would tear it apart.</summary>
    public static IDisposable TakeOrRefuse(string name)
    {
        Directory.CreateDirectory(LabHome.Locks);
        return TryTake(name) ?? throw new LabException(
            $"another lab command is changing {name} (process {HolderOf(name)}): wait for it, or end it");
    }

    /// <summary>Waits for it: whoever holds it makes what we need.</summary>
    public static async Task<IDisposable> TakeAsync(string name, TimeSpan limit, CancellationToken cancellation)
    {
        Directory.CreateDirectory(LabHome.Locks);
        IDisposable? taken = null;
        await Wait.UntilAsync($"the lock on {name}", limit,
            () => (taken = TryTake(name)) is null ? $"process {HolderOf(name)} holds it" : null, cancellation);
        return taken!;
    }

    private static FileStream? TryTake(string name)
    {
        try
        {
            var file = new FileStream(PathOf(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(PathOf(name) + ".holder", Environment.ProcessId.ToString());
            return file;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string HolderOf(string name) =>
        File.Exists(PathOf(name) + ".holder") ? File.ReadAllText(PathOf(name) + ".holder") : "unknown";

    private static string PathOf(string name) => Path.Combine(LabHome.Locks, name);
}
