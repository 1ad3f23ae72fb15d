namespace ZabbixDR.Engine.PgBackRest;

/// <summary>A file system that is mounted, by the kernel's own table.</summary>
/// <param name="Directory">Where.</param>
/// <param name="Type">Its type.</param>
/// <param name="Source">What is mounted: a device, or a server and its path.</param>
/// <param name="Options">The mount's and the file system's options.</param>
internal sealed record MountedFileSystem(string Directory, string Type, string Source, IReadOnlyList<string> Options);
